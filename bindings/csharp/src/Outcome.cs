using Chexiao.Json;

namespace Chexiao
{
    /// <summary>What happened to the order, as far as it is proven. Act on <see cref="Next"/>.</summary>
    public sealed class Outcome
    {
        /// <summary>What this version does not know is read as the safest that it does.</summary>
        internal Outcome(Told told)
        {
            var code = Words.CodeOf(told.Number("code"));
            var known = code != null;
            Code = code ?? Code.Unknown;
            Next = (known ? Words.Nexts.Read(told.Text("next")) : null) ?? Next.Query;
            Retry = (known ? Words.Retries.Read(told.Text("retry")) : null) ?? Retry.Never;
            RetryAfterMs = told.Number("retry_after_ms");
            Confirm = (known ? Words.Confirms.Read(told.Text("confirm")) : null) ?? Confirm.Required;
            Evidence = Words.Evidences.Read(told.Text("evidence")) ?? Evidence.None;
            Sent = Words.Sents.Read(told.Text("sent")) ?? Sent.Maybe;
            Reason = told.Text("reason");
            Contradiction = told.Flag("contradiction");
            Hint = Words.Codes.Read(told.Text("hint"));
            Gateway = new GatewayWords(told.Object("gateway"));
            MsgId = told.Text("msg_id") ?? "";
            HttpStatus = (int?)told.Number("http_status");
            ElapsedMs = told.Number("elapsed_ms") ?? 0;
            Raw = told.Bytes("raw_base64");
            Explanation = new Explanation(told.Object("explanation"));
        }

        /// <summary>The outcome itself.</summary>
        public Code Code { get; }

        /// <summary>What to do.</summary>
        public Next Next { get; }

        /// <summary>Whether the same call may be sent again.</summary>
        public Retry Retry { get; }

        /// <summary>How long to wait first, where the gateway says so.</summary>
        public long? RetryAfterMs { get; }

        /// <summary>Whether a query should confirm it.</summary>
        public Confirm Confirm { get; }

        /// <summary>What stands behind it.</summary>
        public Evidence Evidence { get; }

        /// <summary>Whether a whole reply came back.</summary>
        public Sent Sent { get; }

        /// <summary>Why it is unknown, or null. Later versions may have more.</summary>
        public string Reason { get; }

        /// <summary>Two fields of the reply disagree.</summary>
        public bool Contradiction { get; }

        /// <summary>What the reply points to without proving it.</summary>
        public Code? Hint { get; }

        /// <summary>The gateway's own words.</summary>
        public GatewayWords Gateway { get; }

        /// <summary>The id of the request.</summary>
        public string MsgId { get; }

        /// <summary>The status of the reply, where there is one.</summary>
        public int? HttpStatus { get; }

        /// <summary>From the call to its end.</summary>
        public long ElapsedMs { get; }

        /// <summary>The body of the reply, as it came.</summary>
        public byte[] Raw { get; }

        /// <summary>For people.</summary>
        public Explanation Explanation { get; }

        /// <summary>Closed or already closed. Nothing to act on: only where <see cref="Next"/> is <c>Done</c> is it settled.</summary>
        public bool IsClosed => Code == Code.Closed || Code == Code.AlreadyClosed;

        /// <summary>The result JSON of the other languages.</summary>
        public string ToJson() => Writer.Write(new Members
        {
            { "outcome", Code.Word() }, { "code", (int)Code }, { "next", Next.Word() }, { "retry", Retry.Word() },
            { "retry_after_ms", RetryAfterMs },
            { "confirm", Confirm.Word() }, { "evidence", Evidence.Word() }, { "sent", Sent.Word() }, { "reason", Reason },
            { "contradiction", Contradiction }, { "hint", Hint?.Word() }, { "gateway", Gateway.Json }, { "msg_id", MsgId },
            { "http_status", HttpStatus }, { "elapsed_ms", ElapsedMs }, { "raw_base64", Raw }, { "explanation", Explanation.Json },
        });

        /// <summary>For logs: nothing of the reply.</summary>
        public override string ToString() =>
            "chexiao.Outcome(" + Code.Word() + ", evidence " + Evidence.Word() + ", next " + Next.Word() + ", msg_id " + MsgId + ")";
    }

    /// <summary>The gateway's own words, for the log. Trust them as far as the evidence goes; they may hold order data.</summary>
    public sealed class GatewayWords
    {
        internal GatewayWords(Told told)
        {
            Code = told.Text("code");
            SubCode = told.Text("sub_code");
            Status = told.Text("status");
            Message = told.Text("message");
        }

        /// <summary>Its result code.</summary>
        public string Code { get; }

        /// <summary>A second, finer code.</summary>
        public string SubCode { get; }

        /// <summary>The order's state as the gateway calls it.</summary>
        public string Status { get; }

        /// <summary>Its message.</summary>
        public string Message { get; }

        internal Members Json => new Members { { "code", Code }, { "sub_code", SubCode }, { "status", Status }, { "message", Message } };
    }

    /// <summary>What happened and what to do, for people.</summary>
    public sealed class Explanation
    {
        internal Explanation(Told told)
        {
            En = told.Text("en") ?? "";
            Zh = told.Text("zh") ?? "";
        }

        /// <summary>In English.</summary>
        public string En { get; }

        /// <summary>In Chinese.</summary>
        public string Zh { get; }

        internal Members Json => new Members { { "en", En }, { "zh", Zh } };
    }
}
