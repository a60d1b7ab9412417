using System;
using System.Collections.Generic;

namespace Chexiao.Json
{
    /// <summary>An object of a document of the library: of a member that is not there, or is something else, nothing is told.</summary>
    internal sealed class Told
    {
        private readonly Dictionary<string, object> members;

        private Told(Dictionary<string, object> members) { this.members = members; }

        /// <summary>What cannot be read tells nothing.</summary>
        internal static Told Of(string json) => new Told(Reader.Read(json) as Dictionary<string, object> ?? new Dictionary<string, object>());

        /// <summary>The objects of a list of them.</summary>
        internal static IReadOnlyList<Told> ListOf(object list)
        {
            var all = new List<Told>();
            foreach (var one in list as List<object> ?? new List<object>())
            {
                if (one is Dictionary<string, object> members)
                {
                    all.Add(new Told(members));
                }
            }
            return all;
        }

        internal bool Has(string name) => Any(name) != null;

        internal object Any(string name) => members.TryGetValue(name, out var value) ? value : null;

        internal string Text(string name) => Any(name) as string;

        internal long? Number(string name) => Any(name) as long?;

        internal bool Flag(string name) => Any(name) as bool? ?? false;

        internal byte[] Bytes(string name) => Convert.FromBase64String(Text(name) ?? "");

        internal Told Object(string name) => new Told(Any(name) as Dictionary<string, object> ?? new Dictionary<string, object>());

        /// <summary>Null where there is no such object.</summary>
        internal IReadOnlyDictionary<string, string> Texts(string name)
        {
            if (!(Any(name) is Dictionary<string, object> inner))
            {
                return null;
            }
            var texts = new Dictionary<string, string>();
            foreach (var member in inner)
            {
                texts[member.Key] = member.Value as string;
            }
            return texts;
        }
    }
}
