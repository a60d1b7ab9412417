using System.Collections.Generic;
using Chexiao.Json;

namespace Chexiao
{
    /// <summary>A signed request, to be sent as it is, once.</summary>
    public sealed class Request
    {
        internal Request(Told told, string call)
        {
            Method = told.Text("method");
            Url = told.Text("url");
            Headers = told.Texts("headers");
            Body = told.Bytes("body_base64");
            MsgId = told.Text("msg_id");
            Call = call;
        }

        /// <summary>The method.</summary>
        public string Method { get; }

        /// <summary>The whole URL.</summary>
        public string Url { get; }

        /// <summary>All headers.</summary>
        public IReadOnlyDictionary<string, string> Headers { get; }

        /// <summary>The body.</summary>
        public byte[] Body { get; }

        /// <summary>The id of the request.</summary>
        public string MsgId { get; }

        internal string Call { get; }

        /// <summary>The request JSON of the other languages.</summary>
        public string ToJson() => Writer.Write(new Members
        {
            { "method", Method }, { "url", Url }, { "headers", Headers }, { "body_base64", Body }, { "msg_id", MsgId },
        });

        /// <summary>For logs: neither headers nor body, which hold the signature and the order.</summary>
        public override string ToString() => "chexiao.Request(" + Method + " " + Url.Split('?')[0] + ", msg_id " + MsgId + ")";
    }

    /// <summary>A whole HTTP reply as it was received.</summary>
    public sealed class Reply
    {
        /// <summary>One value for each header: several are joined by a comma, as HTTP has it.</summary>
        public Reply(int status, IEnumerable<KeyValuePair<string, string>> headers, byte[] body)
        {
            Status = status;
            Headers = headers;
            Body = body;
        }

        /// <summary>The status.</summary>
        public int Status { get; }

        /// <summary>All headers.</summary>
        public IEnumerable<KeyValuePair<string, string>> Headers { get; }

        /// <summary>The body, as it came.</summary>
        public byte[] Body { get; }

        internal Members Json => new Members { { "status", Status }, { "headers", Headers }, { "body_base64", Body } };
    }

    /// <summary>A notification as a web server has received it.</summary>
    public sealed class Message
    {
        /// <summary>One value for each header: several are joined by a comma, as HTTP has it.</summary>
        public Message(IEnumerable<KeyValuePair<string, string>> headers, byte[] body)
        {
            Headers = headers;
            Body = body;
        }

        /// <summary>All headers.</summary>
        public IEnumerable<KeyValuePair<string, string>> Headers { get; }

        /// <summary>The body, as it came. Of one longer than 1 MiB a byte more is enough.</summary>
        public byte[] Body { get; }

        /// <summary>Path and query, for a notification that came by GET.</summary>
        public string Url { get; set; }

        /// <summary>What you know of the order, by the names of <see cref="Notice.Order"/> and <see cref="Notice.Fields"/>, or
        /// <c>amount</c>.</summary>
        public IEnumerable<KeyValuePair<string, string>> Expect { get; set; }

        internal string Json => Writer.Write(new Members
        {
            { "headers", Headers }, { "body_base64", Body }, { "url", Url }, { "expect", Expect },
        }.Given);
    }
}
