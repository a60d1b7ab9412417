using System.Collections.Generic;
using Chexiao.Json;

namespace Chexiao
{
    /// <summary>What came of a call of any other API: never an outcome about an order.</summary>
    public sealed class Answer
    {
        internal Answer(Told told)
        {
            var evidence = Words.Evidences.Read(told.Text("evidence")) ?? Evidence.None;
            IsAuthentic = told.Number("code") == 0 && evidence != Evidence.None;
            Evidence = IsAuthentic ? evidence : Evidence.None;
            Sent = Words.Sents.Read(told.Text("sent")) ?? Sent.Maybe;
            Reason = told.Text("reason");
            Verified = IsAuthentic ? told.Texts("verified") : null;
            Gateway = new GatewayWords(told.Object("gateway"));
            MsgId = told.Text("msg_id") ?? "";
            HttpStatus = (int?)told.Number("http_status");
            ElapsedMs = told.Number("elapsed_ms") ?? 0;
            File = told.Has("file") ? new SavedFile(told.Object("file")) : null;
            Raw = told.Bytes("raw_base64");
            Explanation = new Explanation(told.Object("explanation"));
        }

        /// <summary>The gateway's own proof stands behind it. If not, the call may have been executed, and nothing is proven.</summary>
        public bool IsAuthentic { get; }

        /// <summary>What stands behind it.</summary>
        public Evidence Evidence { get; }

        /// <summary>Whether a whole reply came back.</summary>
        public Sent Sent { get; }

        /// <summary>Why it is not authentic, or null.</summary>
        public string Reason { get; }

        /// <summary>Every field that the proof covers; null where nothing is proven.</summary>
        public IReadOnlyDictionary<string, string> Verified { get; }

        /// <summary>The gateway's own words.</summary>
        public GatewayWords Gateway { get; }

        /// <summary>The id of the request.</summary>
        public string MsgId { get; }

        /// <summary>The status of the reply, where there is one.</summary>
        public int? HttpStatus { get; }

        /// <summary>From the call to its end.</summary>
        public long ElapsedMs { get; }

        /// <summary>What was downloaded, or null.</summary>
        public SavedFile File { get; }

        /// <summary>The body of the reply, as it came.</summary>
        public byte[] Raw { get; }

        /// <summary>For people.</summary>
        public Explanation Explanation { get; }

        private int Status => IsAuthentic ? 0 : (int)Code.Unknown;

        /// <summary>The answer JSON of the other languages.</summary>
        public string ToJson() => Writer.Write(new Members
        {
            { "code", Status }, { "verified", Verified }, { "evidence", Evidence.Word() }, { "sent", Sent.Word() }, { "reason", Reason },
            { "gateway", Gateway.Json }, { "msg_id", MsgId }, { "http_status", HttpStatus }, { "elapsed_ms", ElapsedMs },
            { "file", File?.Json },
            { "raw_base64", Raw }, { "explanation", Explanation.Json },
        });

        /// <summary>For logs: nothing of the reply.</summary>
        public override string ToString() => "chexiao.Answer(" + Status + ", evidence " + Evidence.Word() + ", msg_id " + MsgId + ")";
    }

    /// <summary>A file that was downloaded, whole.</summary>
    public sealed class SavedFile
    {
        internal SavedFile(Told told)
        {
            Path = told.Text("path");
            Bytes = told.Number("bytes") ?? 0;
            Sha256 = told.Text("sha256");
        }

        /// <summary>Where it is.</summary>
        public string Path { get; }

        /// <summary>How long it is.</summary>
        public long Bytes { get; }

        /// <summary>Its hash, in hexadecimal digits.</summary>
        public string Sha256 { get; }

        internal Members Json => new Members { { "path", Path }, { "bytes", Bytes }, { "sha256", Sha256 } };
    }
}
