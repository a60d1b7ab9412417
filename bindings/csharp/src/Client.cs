using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Chexiao.Interop;
using Chexiao.Json;

namespace Chexiao
{
    /// <summary>One merchant account at one gateway, with its keys loaded and its connections pooled. Any number of threads may use
    /// one.</summary>
    /// <remarks>An exception means that nothing was sent. Everything after the first byte is an <see cref="Outcome"/>; where the truth is not
    /// known its code is <see cref="Code.Unknown"/>: query before anything else. Orders and configurations have the gateway's own names: see
    /// the project's README.</remarks>
    public sealed class Client : IDisposable
    {
        private readonly ClientHandle handle;

        /// <summary>Of JSON. Loads the keys; makes no connection.</summary>
        /// <exception cref="ChexiaoException"/>
        public Client(string config) { handle = Native.Open(config); }

        /// <summary>Of texts, numbers, truths, and dictionaries and lists of them.</summary>
        /// <exception cref="ChexiaoException"/>
        public Client(IEnumerable<KeyValuePair<string, object>> config) : this(Writer.Write(config)) { }

        /// <summary>Of a JSON file.</summary>
        /// <exception cref="ChexiaoException"/>
        public static Client FromFile(string path)
        {
            try
            {
                return new Client(File.ReadAllText(path));
            }
            catch (Exception why) when (why is IOException || why is UnauthorizedAccessException)
            {
                throw new ConfigException(Kind.Config, "the configuration cannot be read: " + why.Message, inner: why);
            }
        }

        /// <summary>Closes an order: signs, sends once, verifies and interprets.</summary>
        /// <param name="order">With the gateway's own field names.</param>
        /// <param name="token">Where it is cancelled before the first byte is out, nothing is sent, and the task is cancelled; after that the
        /// outcome is unknown for the reason <c>interrupted</c>: the order may be closed. The configured deadline counts beside.</param>
        /// <exception cref="ChexiaoException">Nothing was sent.</exception>
        public Task<Outcome> CloseAsync(IEnumerable<KeyValuePair<string, string>> order, CancellationToken token = default(CancellationToken)) =>
            SendAsync(new Call { Operation = "close", Order = order }, token);

        /// <summary>Asks for the state of an order, as <see cref="CloseAsync"/>.</summary>
        public Task<Outcome> QueryAsync(IEnumerable<KeyValuePair<string, string>> order, CancellationToken token = default(CancellationToken)) =>
            SendAsync(new Call { Operation = "query", Order = order }, token);

        /// <summary>A close and, where that leaves a doubt, one query, with one outcome of both.</summary>
        public Task<Outcome> EnsureClosedAsync(
            IEnumerable<KeyValuePair<string, string>> order, CancellationToken token = default(CancellationToken)) =>
            SendAsync(new Call { Operation = "ensure_closed", Order = order }, token);

        /// <summary>Makes any call about an order, as <see cref="CloseAsync"/>.</summary>
        public async Task<Outcome> SendAsync(Call call, CancellationToken token = default(CancellationToken)) =>
            new Outcome(await Calls.Run(handle, call.Json, token).ConfigureAwait(false));

        /// <summary>Makes a call of any other API (docs/calls.md), as <see cref="CloseAsync"/>. Nothing is repeated.</summary>
        public async Task<Answer> CallAsync(Call call, CancellationToken token = default(CancellationToken)) =>
            new Answer(await Calls.Run(handle, call.Json, token).ConfigureAwait(false));

        /// <summary>The signed request, to be sent as it is, once, by an HTTP client of your own.</summary>
        /// <exception cref="ChexiaoException"/>
        public Request Sign(Call call)
        {
            var text = call.Json;
            return new Request(Native.Ask(Native.chexiao_sign, handle, text).Told(), text);
        }

        /// <summary>Judges an exchange that the program has made itself. The request is out, so that this never throws.</summary>
        public Outcome Verify(Request request, Reply reply) => new Outcome(Judged(request, reply));

        /// <summary><see cref="Verify"/> for the exchange of a call of any other API.</summary>
        public Answer VerifyCall(Request request, Reply reply) => new Answer(Judged(request, reply));

        private Told Judged(Request request, Reply reply)
        {
            try
            {
                var exchange = Writer.Write(new Members
                {
                    { "call", new Raw(request.Call) }, { "request", new Raw(request.ToJson()) }, { "reply", reply.Json },
                });
                return Native.Ask(Native.chexiao_verify, handle, exchange).Told();
            }
            catch (Exception)
            {
                return Told.Of("{\"sent\":\"answered\",\"reason\":\"input\"}");
            }
        }

        /// <summary>Verifies what a gateway has posted, says what it means and gives the answers to it. Whatever came in is a
        /// notice.</summary>
        /// <exception cref="ChexiaoException">A setting that notifications need is not there.</exception>
        public Notice Notification(Message message) => new Notice(Native.Ask(Native.chexiao_verify_notification, handle, message.Json).Told());

        /// <summary>Connects to the gateway, unless a connection lies idle, and sends nothing. Blocks a thread of its own.</summary>
        public Task WarmAsync() => Calls.Apart(() => Native.Warm(handle).Told());

        /// <summary>Encrypts one field of the gateway's other calls with this account's key.</summary>
        /// <exception cref="ChexiaoException"/>
        public string EncryptField(string text) => Native.Ask(Native.chexiao_encrypt_field, handle, text).Told().Text("text");

        /// <summary>Decrypts one field of the gateway's other replies and notifications. What it says is not signed by that.</summary>
        /// <exception cref="ChexiaoException"/>
        public string DecryptField(string field) => Native.Ask(Native.chexiao_decrypt_field, handle, field).Told().Text("text");

        /// <summary>Why a configuration does not work, step by step. Never moves money. Blocks a thread of its own.</summary>
        /// <exception cref="ChexiaoException"/>
        public static Task<Diagnosis> DiagnoseAsync(string config) => Calls.Apart(() =>
        {
            var told = Told.Of(Native.Diagnose(config).Json);
            return told.Has("worst") ? new Diagnosis(told) : throw ChexiaoException.Of(told);
        });

        /// <summary>A JSON array of all gateways with their environments and outcome tables.</summary>
        public static string Gateways() => Native.Gateways().Json;

        /// <summary>The version of the library that is loaded, such as <c>0.1.0</c>.</summary>
        public static string Version => Native.Version();

        /// <summary>Wipes the keys. Calls that run finish; later ones throw <see cref="ObjectDisposedException"/>.</summary>
        public void Dispose() => handle.Dispose();

        /// <summary>No key.</summary>
        public override string ToString() => "chexiao.Client";
    }
}
