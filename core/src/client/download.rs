//! A call whose API gives a file: the file is whole, on the disk and what the gateway says it is, or it is not there.

use super::call::Given;
use super::wire::{Over, Reply, STRETCH, Sink, Until};
use super::writer::{Bytes, Expected, Fault, Progress, Writer};
use super::{Client, judged};
use crate::gateway::{Answer, Bound, Gives, HttpReply, HttpRequest, Place, To};
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Result};
use crate::outcome::Reason;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;
use url::{Position, Url};

/// All of a file has come, to be held against this; or there is none to come.
type Came = std::result::Result<Option<Expected>, Miss>;

/// Why there is no file.
struct Miss {
    reason: Reason,
    http_status: Option<u16>,
    /// In English and Chinese.
    note: Option<(String, String)>,
}

impl Client {
    /// The file is begun before anything is sent: where it cannot be, that is an error.
    pub(super) async fn download(
        &self,
        asked: &dyn Bound<Answer>,
        (to, gives): (&To, Gives),
        given: &Given,
        until: Until<'_>,
    ) -> Result<Answer> {
        self.session.ready(&*self.gateway, &self.http, until).await?;
        let request = asked.sign(&given.env()?)?;
        let (writer, pieces) = Writer::open(to).await?;
        let came = match gives {
            Gives::InReply(is_file) => self.in_reply(asked, &request, self.sink(pieces, is_file, until), until).await,
            Gives::Elsewhere(_) | Gives::Nothing => self.elsewhere(asked, &request, gives, pieces, until).await,
        };
        match came {
            Ok((answer, Ok(Some(expected)))) => Ok(match writer.keep(expected).await {
                Ok(saved) => answer.with_file(saved),
                Err(fault) => Miss::of(fault).tell(answer),
            }),
            Ok((answer, Ok(None))) => {
                writer.discard().await;
                Ok(answer.without_file())
            }
            Ok((answer, Err(miss))) => {
                let fault = writer.discard().await;
                Ok(fault.filter(|_| miss.reason == Reason::File).map_or(miss, |why| Miss::of(Fault::Disk(why))).tell(answer))
            }
            Err(error) => {
                writer.discard().await;
                Err(error)
            }
        }
    }

    fn sink(&self, pieces: mpsc::Sender<Bytes>, is_file: fn(&[u8]) -> Option<bool>, until: Until<'_>) -> Sink {
        let progress = Arc::new(Progress::default());
        until.stop.shows(&progress);
        Sink { pieces, is_file, limit: self.download_limit, patience: self.deadline, progress, doubt: None }
    }

    /// The reply is the file, or says why not.
    async fn in_reply(&self, asked: &dyn Bound<Answer>, request: &HttpRequest, sink: Sink, until: Until<'_>) -> Result<(Answer, Came)> {
        let progress = sink.progress.clone();
        Ok(match self.http.fetch(request, until, sink).await? {
            Reply::Whole(HttpReply { status, .. }, _) if progress.is_file() => {
                (Answer::unsigned().of_exchange(&request.msg_id, Some((status, Vec::new()))), Ok(Some(None)))
            }
            Reply::Lost(reason) => (asked.lost(request, reason), Err(reason.into())),
            reply @ Reply::Whole(..) => (judged(asked, request, reply).0, Ok(None)),
        })
    }

    /// The reply says where the file is.
    async fn elsewhere(
        &self,
        asked: &dyn Bound<Answer>,
        request: &HttpRequest,
        gives: Gives,
        pieces: mpsc::Sender<Bytes>,
        until: Until<'_>,
    ) -> Result<(Answer, Came)> {
        let (answer, link) = judged(asked, request, self.http.send(request, until, Over::Fresh).await?);
        self.keep(link, answer.named_its_call());
        let named = match (answer.verified(), gives) {
            (Some(fields), Gives::Elsewhere(place)) => place(fields),
            _ => Ok(None),
        };
        let came = match named {
            Ok(Some(place)) => self.fetched(place, &request.msg_id, pieces, until).await.map(Some),
            Ok(None) => Ok(None),
            Err(doubt) => Err(Miss::from(doubt.reason).because(
                "The reply names no file, or no hash of the SHA family: what the file holds could not be proven.",
                "应答未给出文件地址，或未给出 SHA 系列的哈希：文件内容无从证明。",
            )),
        };
        Ok((answer, came))
    }

    /// From where the gateway has put it. Nothing is said there of who asks: no signature, no certificate; and nobody is followed further.
    async fn fetched(
        &self,
        place: Place,
        msg_id: &str,
        pieces: mpsc::Sender<Bytes>,
        until: Until<'_>,
    ) -> std::result::Result<Expected, Miss> {
        let (base, url) = self.address(&place.url)?;
        let headers = vec![("Accept-Encoding".into(), "identity".into())];
        let request = HttpRequest { method: "GET", url, headers, body: Vec::new(), msg_id: msg_id.into() };
        let until = Until { deadline: Instant::now() + self.deadline, ..until };
        let sink = self.sink(pieces, |_| Some(true), until);
        let unsent = |error: Error| match until.is_over() {
            true => Miss::from(Reason::Interrupted),
            false => Miss::from(Reason::File).because(error.message(), error.message()),
        };
        let http = self.http.elsewhere(&base).map_err(unsent)?;
        match http.fetch(&request, until, sink).await.map_err(unsent)? {
            Reply::Whole(HttpReply { status: 200, .. }, _) => Ok(Some((place.algorithm, place.hash))),
            Reply::Whole(HttpReply { status, .. }, _) => {
                let reason = if (300..400).contains(&status) { Reason::Redirect } else { Reason::Http(status) };
                Err(Miss { http_status: Some(status), ..reason.into() })
            }
            Reply::Lost(reason) => Err(reason.into()),
        }
    }

    /// As safe as the gateway itself: https, unless that is spoken to in clear on this machine.
    fn address(&self, url: &str) -> std::result::Result<(BaseUrl, String), Miss> {
        let miss = || {
            Miss::from(Reason::File).because(
                "The address that the reply names is none to fetch a file from: it must be https, without user and password.",
                "应答给出的文件地址不可用：须为 https，且不带用户名和密码。",
            )
        };
        let mut url = Url::parse(url).map_err(|_| miss())?;
        url.set_fragment(None);
        let base = BaseUrl::parse(&url[..Position::BeforePath]).map_err(|_| miss())?;
        if !base.is_https() && self.http.is_https() {
            return Err(miss());
        }
        Ok((base, url.into()))
    }
}

/// How often a call that downloads so much may take as long as any other.
pub(super) fn stretches(limit: u64) -> u32 {
    u32::try_from(limit / STRETCH).unwrap_or(u32::MAX).saturating_add(3)
}

impl From<Reason> for Miss {
    fn from(reason: Reason) -> Self {
        Self { reason, http_status: None, note: None }
    }
}

impl Miss {
    fn of(fault: Fault) -> Self {
        match fault {
            Fault::None => Reason::File.into(),
            Fault::Hash => Self::from(Reason::Mismatch)
                .because("The hash of what came is not the one that the gateway has signed.", "下载内容的哈希与网关签名的哈希不符。"),
            Fault::Disk(why) => Self::from(Reason::File).because(&why, &why),
        }
    }

    fn because(self, en: &str, zh: &str) -> Self {
        Self { note: Some((en.into(), zh.into())), ..self }
    }

    fn tell(self, answer: Answer) -> Answer {
        let answer = answer.unfetched(self.reason, self.note);
        match self.http_status {
            Some(status) => answer.seen_with(status),
            None => answer,
        }
    }
}
