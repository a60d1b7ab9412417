using System.Collections.Generic;
using System.Linq;
using Chexiao.Json;

namespace Chexiao
{
    /// <summary>A call about an order, or of any other API; the operations are those of the project's README.</summary>
    public sealed class Call
    {
        private string json;

        /// <summary>Of JSON, to which no property is added.</summary>
        public static Call FromJson(string json) => new Call { json = json };

        /// <summary>Such as <c>refund</c>; <c>call</c> for any other API.</summary>
        public string Operation { get; set; }

        /// <summary>The order, with the gateway's own field names.</summary>
        public IEnumerable<KeyValuePair<string, string>> Order { get; set; }

        /// <summary>Of <c>call</c> (docs/calls.md): the API.</summary>
        public string Api { get; set; }

        /// <summary>Of <c>call</c>: texts, numbers, truths, and dictionaries and lists of them.</summary>
        public IEnumerable<KeyValuePair<string, object>> Fields { get; set; }

        /// <summary>Of <c>call</c>.</summary>
        public string Content { get; set; }

        /// <summary>Of <c>call</c>.</summary>
        public IEnumerable<string> Omit { get; set; }

        /// <summary>Of <c>call</c>.</summary>
        public IEnumerable<KeyValuePair<string, object>> TopLevel { get; set; }

        /// <summary>Of <c>call</c>.</summary>
        public bool? Encrypt { get; set; }

        /// <summary>Of <c>call</c>.</summary>
        public string Version { get; set; }

        /// <summary>Of <c>call</c>: where a download goes.</summary>
        public string To { get; set; }

        /// <summary>Of <c>call</c>: whether a download may replace a file.</summary>
        public bool? Replace { get; set; }

        /// <summary>The id of the request; made, if it is not given.</summary>
        public string MsgId { get; set; }

        /// <summary>yyyy-MM-dd HH:mm:ss, Beijing time; made, if it is not given.</summary>
        public string Timestamp { get; set; }

        /// <summary>Made, if it is not given.</summary>
        public string Nonce { get; set; }

        private IEnumerable<KeyValuePair<string, object>> Given => new Members
        {
            { "operation", Operation }, { "order", Order }, { "api", Api }, { "fields", Fields }, { "content", Content }, { "omit", Omit },
            { "top_level", TopLevel }, { "encrypt", Encrypt }, { "version", Version }, { "to", To }, { "replace", Replace },
            { "msg_id", MsgId },
            { "timestamp", Timestamp }, { "nonce", Nonce },
        }.Given;

        /// <exception cref="CallException"/>
        internal string Json => json == null ? Writer.Write(Given)
            : !Given.Any() ? json
            : throw new CallException(Kind.Call, "a call of JSON is what its JSON says: set none of its properties");
    }
}
