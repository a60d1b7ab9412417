using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Chexiao.Json
{
    /// <summary>Reads what the library writes: objects as dictionaries, arrays as lists, whole numbers as long.</summary>
    internal sealed class Reader
    {
        private const int Deepest = 64;
        private readonly string text;
        private int at;
        private int depth;

        private Reader(string text) { this.text = text; }

        /// <summary>Null for null, and for what is no JSON.</summary>
        internal static object Read(string text)
        {
            var reader = new Reader(text ?? "");
            try
            {
                var value = reader.Value();
                reader.Blank();
                return reader.at == reader.text.Length ? value : null;
            }
            catch (System.FormatException)
            {
                return null;
            }
        }

        private object Value()
        {
            Blank();
            switch (Peek())
            {
                case '{': return Nested(Object);
                case '[': return Nested(Array);
                case '"': return Text();
                case 't': return Literal("true", true);
                case 'f': return Literal("false", false);
                case 'n': return Literal("null", null);
                default: return Number();
            }
        }

        private object Nested(System.Func<object> read)
        {
            if (++depth > Deepest)
            {
                throw Wrong();
            }
            at++;
            var value = read();
            depth--;
            return value;
        }

        private object Object()
        {
            var members = new Dictionary<string, object>();
            while (More('}', members.Count))
            {
                Blank();
                var name = Text();
                Blank();
                Expect(':');
                members[name] = Value();
            }
            return members;
        }

        private object Array()
        {
            var items = new List<object>();
            while (More(']', items.Count))
            {
                items.Add(Value());
            }
            return items;
        }

        /// <summary>Whether another follows; passes the comma, or the end.</summary>
        private bool More(char end, int count)
        {
            Blank();
            if (Peek() == end)
            {
                at++;
                return false;
            }
            if (count > 0)
            {
                Expect(',');
            }
            return true;
        }

        private string Text()
        {
            Expect('"');
            var read = new StringBuilder();
            for (;;)
            {
                var next = Peek();
                at++;
                switch (next)
                {
                    case '"': return read.ToString();
                    case '\\': read.Append(Escaped()); break;
                    default: read.Append(next); break;
                }
            }
        }

        private char Escaped()
        {
            var escape = Peek();
            at++;
            switch (escape)
            {
                case 'b': return '\b';
                case 'f': return '\f';
                case 'n': return '\n';
                case 'r': return '\r';
                case 't': return '\t';
                case 'u':
                    if (at + 4 > text.Length)
                    {
                        throw Wrong();
                    }
                    at += 4;
                    return (char)int.Parse(text.Substring(at - 4, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                case '"': case '\\': case '/': return escape;
                default: throw Wrong();
            }
        }

        private object Literal(string word, object value)
        {
            if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
            {
                throw Wrong();
            }
            at += word.Length;
            return value;
        }

        private object Number()
        {
            var from = at;
            while (at < text.Length && "+-.0123456789eE".IndexOf(text[at]) >= 0)
            {
                at++;
            }
            var number = text.Substring(from, at - from);
            if (long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            {
                return whole;
            }
            return double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        private void Blank()
        {
            while (at < text.Length && " \t\r\n".IndexOf(text[at]) >= 0)
            {
                at++;
            }
        }

        private void Expect(char one)
        {
            if (Peek() != one)
            {
                throw Wrong();
            }
            at++;
        }

        private char Peek() => at < text.Length ? text[at] : throw Wrong();

        private System.FormatException Wrong() => new System.FormatException("this is no JSON, at " + at);
    }
}
