using System.Collections.Generic;
using Chexiao.Json;

namespace Chexiao
{
    /// <summary>What a notification is taken for. Three things stay apart: whether it is authentic (<see cref="Evidence"/>), what it says
    /// (<see cref="Event"/>), and whether to acknowledge it, which is yours to decide once it is stored.</summary>
    public sealed class Notice
    {
        private static readonly Dictionary<string, string> Nothing = new Dictionary<string, string>();

        internal Notice(Told told)
        {
            var code = Words.CodeOf(told.Number("code"));
            var evidence = Words.Evidences.Read(told.Text("evidence"));
            var known = code != null && evidence != null;
            Event = known ? code.Value : Code.Unknown;
            Evidence = known ? evidence.Value : Evidence.None;
            Confirm = (known ? Words.Confirms.Read(told.Text("confirm")) : null) ?? Confirm.Required;
            Reason = told.Text("reason");
            Hint = Words.Codes.Read(told.Text("hint"));
            Contradiction = told.Flag("contradiction");
            Order = told.Texts("order") ?? Nothing;
            Amount = Amount.Of(told.Object("amount"));
            Time = told.Text("time");
            Fields = told.Texts("fields") ?? Nothing;
            Gateway = new GatewayWords(told.Object("gateway"));
            Dedupe = told.Text("dedupe");
            Explanation = new Explanation(told.Object("explanation"));
            Acknowledge = told.Has("acknowledge") ? new HttpAnswer(told.Object("acknowledge")) : null;
            Refuse = told.Has("refuse") ? new HttpAnswer(told.Object("refuse")) : null;
        }

        /// <summary>What it says.</summary>
        public Code Event { get; }

        /// <summary>What stands behind it.</summary>
        public Evidence Evidence { get; }

        /// <summary>Whether a query should confirm it.</summary>
        public Confirm Confirm { get; }

        /// <summary>Why it is unknown, or null.</summary>
        public string Reason { get; }

        /// <summary>What it points to without proving it.</summary>
        public Code? Hint { get; }

        /// <summary>Two of its fields disagree.</summary>
        public bool Contradiction { get; }

        /// <summary>The order that it names.</summary>
        public IReadOnlyDictionary<string, string> Order { get; }

        /// <summary>What was paid, or null.</summary>
        public Amount Amount { get; }

        /// <summary>When, as the gateway wrote it, or null.</summary>
        public string Time { get; }

        /// <summary>All its fields.</summary>
        public IReadOnlyDictionary<string, string> Fields { get; }

        /// <summary>The gateway's own words.</summary>
        public GatewayWords Gateway { get; }

        /// <summary>The same when the same thing is told again. Null: take it for new.</summary>
        public string Dedupe { get; }

        /// <summary>For people.</summary>
        public Explanation Explanation { get; }

        /// <summary>Ends the repeats, for when the notice is stored. Null where nothing proves that the gateway sent it.</summary>
        public HttpAnswer Acknowledge { get; }

        /// <summary>Asks for it to be sent again.</summary>
        public HttpAnswer Refuse { get; }

        /// <summary>The notice JSON of the other languages.</summary>
        public string ToJson() => Writer.Write(new Members
        {
            { "event", Event.Word() }, { "code", (int)Event }, { "evidence", Evidence.Word() }, { "confirm", Confirm.Word() },
            { "reason", Reason },
            { "hint", Hint?.Word() }, { "contradiction", Contradiction }, { "order", Order }, { "amount", Amount?.Json }, { "time", Time },
            { "fields", Fields }, { "gateway", Gateway.Json }, { "dedupe", Dedupe }, { "explanation", Explanation.Json },
            { "acknowledge", Acknowledge?.Json }, { "refuse", Refuse?.Json },
        });

        /// <summary>For logs: nothing of the message.</summary>
        public override string ToString() => "chexiao.Notice(" + Event.Word() + ", evidence " + Evidence.Word() + ")";
    }

    /// <summary>An amount as the gateway wrote it.</summary>
    public sealed class Amount
    {
        private Amount(string text, Unit unit)
        {
            Text = text;
            Unit = unit;
        }

        /// <summary>Null also for a unit of a later library: an amount of nobody knows what is none.</summary>
        internal static Amount Of(Told told)
        {
            var unit = Words.Units.Read(told.Text("unit"));
            return unit == null ? null : new Amount(told.Text("text"), unit.Value);
        }

        /// <summary>Its digits.</summary>
        public string Text { get; }

        /// <summary>What they count.</summary>
        public Unit Unit { get; }

        internal Members Json => new Members { { "text", Text }, { "unit", Unit.Word() } };
    }

    /// <summary>A complete answer for the gateway, to be sent as it is.</summary>
    public sealed class HttpAnswer
    {
        internal HttpAnswer(Told told)
        {
            Status = (int)(told.Number("status") ?? 0);
            Headers = told.Texts("headers");
            Body = told.Bytes("body_base64");
        }

        /// <summary>The status.</summary>
        public int Status { get; }

        /// <summary>All headers.</summary>
        public IReadOnlyDictionary<string, string> Headers { get; }

        /// <summary>The body.</summary>
        public byte[] Body { get; }

        internal Members Json => new Members { { "status", Status }, { "headers", Headers }, { "body_base64", Body } };

        /// <summary>For logs: neither headers nor body.</summary>
        public override string ToString() => "chexiao.HttpAnswer(" + Status + ")";
    }
}
