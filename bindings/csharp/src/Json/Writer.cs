using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Chexiao.Json
{
    /// <summary>Writes texts, numbers, truths, and dictionaries and lists of them.</summary>
    internal static class Writer
    {
        internal static string Write(object value)
        {
            var text = new StringBuilder();
            Any(text, value);
            return text.ToString();
        }

        private static void Any(StringBuilder text, object value)
        {
            if (value == null)
            {
                text.Append("null");
            }
            else if (value is Raw raw)
            {
                text.Append(raw.Json);
            }
            else if (value is string one)
            {
                Text(text, one);
            }
            else if (value is bool truth)
            {
                text.Append(truth ? "true" : "false");
            }
            else if (value is byte[] bytes)
            {
                Text(text, Convert.ToBase64String(bytes));
            }
            else if (value is IEnumerable<KeyValuePair<string, string>> texts)
            {
                Members(text, texts);
            }
            else if (value is IEnumerable<KeyValuePair<string, object>> members)
            {
                Members(text, members);
            }
            else if (value is IEnumerable items)
            {
                Items(text, items);
            }
            else if (value is double || value is float)
            {
                text.Append(Exact(Convert.ToDouble(value), ((IFormattable)value).ToString("R", CultureInfo.InvariantCulture)));
            }
            else if (value is IFormattable number)
            {
                text.Append(number.ToString(null, CultureInfo.InvariantCulture));
            }
            else
            {
                throw new ArgumentException("JSON has nothing like " + value.GetType());
            }
        }

        private static string Exact(double number, string digits) =>
            double.IsNaN(number) || double.IsInfinity(number) ? throw new ArgumentException("JSON has nothing like " + digits) : digits;

        private static void Members<T>(StringBuilder text, IEnumerable<KeyValuePair<string, T>> members)
        {
            var before = '{';
            foreach (var member in members)
            {
                text.Append(before);
                Text(text, member.Key);
                text.Append(':');
                Any(text, member.Value);
                before = ',';
            }
            text.Append(before == '{' ? "{}" : "}");
        }

        private static void Items(StringBuilder text, IEnumerable items)
        {
            var before = '[';
            foreach (var item in items)
            {
                text.Append(before);
                Any(text, item);
                before = ',';
            }
            text.Append(before == '[' ? "[]" : "]");
        }

        /// <summary>Half of a pair stays what it is, so that the library refuses it, instead of becoming a question mark.</summary>
        private static void Text(StringBuilder text, string value)
        {
            text.Append('"');
            foreach (var one in value)
            {
                if (one == '"' || one == '\\')
                {
                    text.Append('\\').Append(one);
                }
                else if (one < ' ' || char.IsSurrogate(one))
                {
                    text.Append("\\u").Append(((int)one).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    text.Append(one);
                }
            }
            text.Append('"');
        }
    }
}
