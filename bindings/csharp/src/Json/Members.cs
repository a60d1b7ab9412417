using System.Collections;
using System.Collections.Generic;
using System.Linq;

namespace Chexiao.Json
{
    /// <summary>The members of an object, in their order.</summary>
    internal sealed class Members : IEnumerable<KeyValuePair<string, object>>
    {
        private readonly List<KeyValuePair<string, object>> all = new List<KeyValuePair<string, object>>();

        internal void Add(string name, object value) => all.Add(new KeyValuePair<string, object>(name, value));

        /// <summary>Those that are not null.</summary>
        internal IEnumerable<KeyValuePair<string, object>> Given => all.Where(member => member.Value != null);

        public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => all.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>JSON inside JSON.</summary>
    internal sealed class Raw
    {
        internal Raw(string json) { Json = json; }

        internal string Json { get; }
    }
}
