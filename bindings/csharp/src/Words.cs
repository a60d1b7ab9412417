using System.Collections.Generic;

namespace Chexiao
{
    /// <summary>An outcome. The numbers are fixed for ever.</summary>
    public enum Code
    {
        // words: outcomes
        /// <summary>An authentic reply says the order is closed now. Settled only where <c>next</c> is <c>done</c>; else query.</summary>
        Closed = 1,
        /// <summary>It was closed, failed or cancelled before. Settled only where <c>next</c> is <c>done</c>; else query.</summary>
        AlreadyClosed = 2,
        /// <summary>Money was taken; the order is not closed. Where <c>next</c> is <c>confirm</c>, query before delivering or refunding.</summary>
        Paid = 3,
        /// <summary>The buyer or the bank is in the middle. Query later and keep the goods.</summary>
        Processing = 4,
        /// <summary>The gateway knows no such order. Check order number, merchant and environment.</summary>
        NotFound = 5,
        /// <summary>The gateway refused, without saying that it is paid or closed. Query the order.</summary>
        Refused = 6,
        /// <summary>The gateway did not execute the request: signature, key, field, permission or clock. Mend the configuration before trying again.</summary>
        Misconfigured = 7,
        /// <summary>Too many requests; not executed. Wait, then call again.</summary>
        Throttled = 8,
        /// <summary>Everything else, and the default: the close may have happened. Query the order.</summary>
        Unknown = 9,
        /// <summary>The order stands and can still be closed.</summary>
        Open = 10,
        /// <summary>Money was taken and given back, in part or whole. Compare with the books; neither deliver nor refund again.</summary>
        Refunded = 11,
        // end of words
    }

    /// <summary>What the merchant does next. Only <c>Done</c> and <c>FulfilOrRefund</c> are settled.</summary>
    public enum Next
    {
        // words: next
        /// <summary>Nothing is left to do.</summary>
        Done,
        /// <summary>Ask the gateway for the order's state before relying on what was said.</summary>
        Confirm,
        /// <summary>Deliver, or give the money back.</summary>
        FulfilOrRefund,
        /// <summary>Ask the gateway for the order's state; keep the goods.</summary>
        Query,
        /// <summary>Check order number, merchant and environment.</summary>
        CheckOrder,
        /// <summary>Stop and mend the configuration; never repeat blindly.</summary>
        Fix,
        /// <summary>Wait, then call again with a new message id.</summary>
        RetryLater,
        /// <summary>Close it.</summary>
        Close,
        /// <summary>Compare with the books; neither deliver nor refund again.</summary>
        Reconcile,
        /// <summary>Ask what became of the refund, by its own number; never refund under another number.</summary>
        RefundQuery,
        // end of words
    }

    /// <summary>Whether the same call may be sent again.</summary>
    public enum Retry
    {
        // words: retry
        /// <summary>Not by a program.</summary>
        Never,
        /// <summary>As a new call: nothing was executed, or the gateway documents the repetition as harmless.</summary>
        SameRequest,
        /// <summary>Only once a query has shown that the order still stands.</summary>
        AfterQuery,
        // end of words
    }

    /// <summary>Whether a query should confirm it.</summary>
    public enum Confirm
    {
        // words: confirm
        /// <summary>The reply is the last word.</summary>
        NotNeeded,
        /// <summary>The reply leaves room for a mistake (of ours, such as a wrong order number) or does not name the order.</summary>
        Recommended,
        /// <summary>The reply alone does not settle it.</summary>
        Required,
        // end of words
    }

    /// <summary>What stands behind it.</summary>
    public enum Evidence
    {
        // words: evidence
        /// <summary>Nothing that could be checked.</summary>
        None,
        /// <summary>The gateway signs nothing; the reply came over TLS. It names this call, unless it refuses to look at it.</summary>
        TlsOnly,
        /// <summary>Signed by the gateway, but the format does not name the order.</summary>
        SignedUnbound,
        /// <summary>Signed by the gateway and naming this very order.</summary>
        SignedBound,
        // end of words
    }

    /// <summary>What an amount counts.</summary>
    public enum Unit
    {
        // words: units
        /// <summary>A hundredth of a yuan, or of the unit of another currency.</summary>
        Fen,
        /// <summary>Whole yuan, with decimals.</summary>
        Yuan,
        // end of words
    }

    /// <summary>The kind of an exception, with the number of the C interface. What a later library names otherwise is
    /// <c>NotSent</c>.</summary>
    public enum Kind
    {
        // words: errors
        /// <summary>A pointer that must not be null is null.</summary>
        Null = -1,
        /// <summary>Bytes that are not UTF-8, a NUL inside a text, or an impossible length.</summary>
        Utf8 = -2,
        /// <summary>A client that was freed or never was one, or too many clients.</summary>
        Handle = -3,
        /// <summary>The call: an order field is missing, too long, or holds characters the gateway does not take.</summary>
        Call = -10,
        /// <summary>The configuration: a key does not load, a setting is unknown or out of range.</summary>
        Config = -11,
        /// <summary>Understood, but this library does not do it, for the reason given.</summary>
        Unsupported = -12,
        /// <summary>The host name did not resolve.</summary>
        Dns = -20,
        /// <summary>No TCP connection.</summary>
        Connect = -21,
        /// <summary>No TLS session, or a certificate that is not trusted.</summary>
        Tls = -22,
        /// <summary>Anything else that happened before the request could be sent.</summary>
        NotSent = -23,
        /// <summary>A defect of this library, stopped at its border. While sending it is an Unknown outcome instead.</summary>
        Panic = -90,
        // end of words
    }

    /// <summary>Whether a whole reply came back.</summary>
    public enum Sent
    {
        /// <summary>It did.</summary>
        Answered,
        /// <summary>It did not. The request may still have been handled.</summary>
        Maybe,
    }

    /// <summary>The words of JSON for what is an enum here.</summary>
    public static class Words
    {
        internal static readonly Dictionary<Code, string> Codes = new Dictionary<Code, string>
        {
            // words: codes
            { Code.Closed, "closed" },
            { Code.AlreadyClosed, "already_closed" },
            { Code.Paid, "paid" },
            { Code.Processing, "processing" },
            { Code.NotFound, "not_found" },
            { Code.Refused, "refused" },
            { Code.Misconfigured, "misconfigured" },
            { Code.Throttled, "throttled" },
            { Code.Unknown, "unknown" },
            { Code.Open, "open" },
            { Code.Refunded, "refunded" },
            // end of words
        };

        internal static readonly Dictionary<Next, string> Nexts = new Dictionary<Next, string>
        {
            // words: nexts
            { Next.Done, "done" },
            { Next.Confirm, "confirm" },
            { Next.FulfilOrRefund, "fulfil_or_refund" },
            { Next.Query, "query" },
            { Next.CheckOrder, "check_order" },
            { Next.Fix, "fix" },
            { Next.RetryLater, "retry_later" },
            { Next.Close, "close" },
            { Next.Reconcile, "reconcile" },
            { Next.RefundQuery, "refund_query" },
            // end of words
        };

        internal static readonly Dictionary<Retry, string> Retries = new Dictionary<Retry, string>
        {
            // words: retries
            { Retry.Never, "never" },
            { Retry.SameRequest, "same_request" },
            { Retry.AfterQuery, "after_query" },
            // end of words
        };

        internal static readonly Dictionary<Confirm, string> Confirms = new Dictionary<Confirm, string>
        {
            // words: confirms
            { Confirm.NotNeeded, "not_needed" },
            { Confirm.Recommended, "recommended" },
            { Confirm.Required, "required" },
            // end of words
        };

        internal static readonly Dictionary<Evidence, string> Evidences = new Dictionary<Evidence, string>
        {
            // words: evidences
            { Evidence.None, "none" },
            { Evidence.TlsOnly, "tls_only" },
            { Evidence.SignedUnbound, "signed_unbound" },
            { Evidence.SignedBound, "signed_bound" },
            // end of words
        };

        internal static readonly Dictionary<Unit, string> Units = new Dictionary<Unit, string>
        {
            // words: amounts
            { Unit.Fen, "fen" },
            { Unit.Yuan, "yuan" },
            // end of words
        };

        internal static readonly Dictionary<Kind, string> Kinds = new Dictionary<Kind, string>
        {
            // words: kinds
            { Kind.Null, "null" },
            { Kind.Utf8, "utf8" },
            { Kind.Handle, "handle" },
            { Kind.Call, "call" },
            { Kind.Config, "config" },
            { Kind.Unsupported, "unsupported" },
            { Kind.Dns, "dns" },
            { Kind.Connect, "connect" },
            { Kind.Tls, "tls" },
            { Kind.NotSent, "not_sent" },
            { Kind.Panic, "panic" },
            // end of words
        };

        internal static readonly Dictionary<Sent, string> Sents = new Dictionary<Sent, string>
        {
            { Sent.Answered, "answered" },
            { Sent.Maybe, "maybe" },
        };

        /// <summary>Such as <c>already_closed</c>.</summary>
        public static string Word(this Code code) => Codes[code];

        /// <summary>Such as <c>fulfil_or_refund</c>.</summary>
        public static string Word(this Next next) => Nexts[next];

        /// <summary>Such as <c>same_request</c>.</summary>
        public static string Word(this Retry retry) => Retries[retry];

        /// <summary>Such as <c>not_needed</c>.</summary>
        public static string Word(this Confirm confirm) => Confirms[confirm];

        /// <summary>Such as <c>signed_bound</c>.</summary>
        public static string Word(this Evidence evidence) => Evidences[evidence];

        /// <summary>Such as <c>fen</c>.</summary>
        public static string Word(this Unit unit) => Units[unit];

        /// <summary>Such as <c>not_sent</c>.</summary>
        public static string Word(this Kind kind) => Kinds[kind];

        /// <summary>Such as <c>maybe</c>.</summary>
        public static string Word(this Sent sent) => Sents[sent];

        /// <summary>Of all its digits: null for a number that is none of the known.</summary>
        internal static Code? CodeOf(long? number)
        {
            foreach (var code in Codes.Keys)
            {
                if ((long)code == number)
                {
                    return code;
                }
            }
            return null;
        }

        internal static T? Read<T>(this Dictionary<T, string> words, string word) where T : struct
        {
            foreach (var one in words)
            {
                if (one.Value == word)
                {
                    return one.Key;
                }
            }
            return null;
        }
    }
}
