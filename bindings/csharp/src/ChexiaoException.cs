using System;
using Chexiao.Json;

namespace Chexiao
{
    /// <summary>Nothing was sent: the order is as it was. No secret, key or order is in it.</summary>
    /// <remarks>Thrown as it is only for a defect of the library (<see cref="Kind.Panic"/>).</remarks>
    public class ChexiaoException : Exception
    {
        internal ChexiaoException(Kind kind, string detail, string field = "", string hint = "", string reason = null, Exception inner = null)
            : base(kind.Word() + " error: " + (field == "" ? "" : field + ": ") + detail + (hint == "" ? "" : " (" + hint + ")"), inner)
        {
            Kind = kind;
            Detail = detail;
            Field = field;
            Hint = hint;
            Reason = reason;
        }

        /// <summary>One word, and the number of the C interface.</summary>
        public Kind Kind { get; }

        /// <summary>What is wrong, without the field's name.</summary>
        public string Detail { get; }

        /// <summary>The path of what is at fault, such as <c>order.out_trade_no</c>; empty where there is none.</summary>
        public string Field { get; }

        /// <summary>What to do, in English and Chinese.</summary>
        public string Hint { get; }

        /// <summary>Why a key was refused, such as <c>wrong_type</c>, or null.</summary>
        public string Reason { get; }

        /// <summary>The error JSON of the other languages.</summary>
        public string ToJson() => Writer.Write(new Members
        {
            { "error", Kind.Word() }, { "status", (int)Kind }, { "reason", Reason }, { "field", Field }, { "message", Detail },
            { "hint", Hint },
        });

        internal static ChexiaoException Of(Told told)
        {
            var kind = Words.Kinds.Read(told.Text("error")) ?? Kind.NotSent;
            var detail = told.Text("message") ?? "the library gave no document";
            var (field, hint, reason) = (told.Text("field") ?? "", told.Text("hint") ?? "", told.Text("reason"));
            switch (kind)
            {
                case Kind.Config:
                case Kind.Unsupported:
                    return new ConfigException(kind, detail, field, hint, reason);
                case Kind.Call:
                case Kind.Null:
                case Kind.Utf8:
                case Kind.Handle:
                    return new CallException(kind, detail, field, hint, reason);
                case Kind.Panic:
                    return new ChexiaoException(kind, detail, field, hint, reason);
                default:
                    return new NotSentException(kind, detail, field, hint, reason);
            }
        }
    }

    /// <summary>The configuration: a key does not load, a setting is unknown, out of range or not supported.</summary>
    public sealed class ConfigException : ChexiaoException
    {
        internal ConfigException(Kind kind, string detail, string field = "", string hint = "", string reason = null, Exception inner = null)
            : base(kind, detail, field, hint, reason, inner) { }
    }

    /// <summary>The call: a field is missing, too long or holds what the gateway does not take.</summary>
    public sealed class CallException : ChexiaoException
    {
        internal CallException(Kind kind, string detail, string field = "", string hint = "", string reason = null, Exception inner = null)
            : base(kind, detail, field, hint, reason, inner) { }
    }

    /// <summary>The gateway was not reached: no address, no connection, no TLS session, no access token. Safe to call again.</summary>
    public sealed class NotSentException : ChexiaoException
    {
        internal NotSentException(Kind kind, string detail, string field = "", string hint = "", string reason = null, Exception inner = null)
            : base(kind, detail, field, hint, reason, inner) { }
    }
}
