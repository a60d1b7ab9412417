using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Chexiao;
using Chexiao.Interop;
using Chexiao.Json;
using NUnit.Framework;

[TestFixture]
public class ClientTests
{
    private static T Failure<T>(Action what) where T : Exception => (T)Assert.Throws(typeof(T), new TestDelegate(what));

    private static T Failure<T>(Func<Task> what) where T : Exception => Failure<T>(() => what().GetAwaiter().GetResult());

    private static readonly Dictionary<string, string> NoHeaders = new Dictionary<string, string>();

    [Test]
    public void A_client_that_was_disposed_takes_no_call()
    {
        var client = Sandbox.Client();
        client.Dispose();
        client.Dispose();
        Failure<ObjectDisposedException>(() => client.CloseAsync(Sandbox.Order("A")));
        Failure<ObjectDisposedException>(() => client.Sign(new Call { Operation = "close", Order = Sandbox.Order("A") }));
    }

    [Test]
    public void What_is_out_is_never_an_error()
    {
        var client = Sandbox.Client();
        var request = client.Sign(new Call { Operation = "close", Order = Sandbox.Order("A") });
        var reply = new Reply(200, new Dictionary<string, string> { ["X"] = "\ud800" }, new byte[] { 255 });
        Assert.AreEqual(Code.Unknown, client.Verify(request, reply).Code);
        var nameless = new[] { new KeyValuePair<string, string>(null, "x") };
        foreach (var odd in new[] { new Reply(200, null, null), new Reply(200, nameless, new byte[0]), null })
        {
            Assert.AreEqual(Code.Unknown, client.Verify(request, odd).Code);
        }
        client.Dispose();
        var outcome = client.Verify(request, reply);
        Assert.AreEqual((Code.Unknown, Next.Query, "input"), (outcome.Code, outcome.Next, outcome.Reason));
        Assert.IsFalse(client.VerifyCall(request, reply).IsAuthentic);
    }

    [Test]
    public void An_error_names_the_field_and_the_remedy()
    {
        var config = Sandbox.Config("wechat");
        ((Dictionary<string, object>)config["account"]).Remove("api_key");
        var failed = Failure<ConfigException>(() => new Client(config));
        Assert.AreEqual((Kind.Config, -11, "account.api_key"), (failed.Kind, (int)failed.Kind, failed.Field));
        StringAssert.Contains("account.api_key", failed.Message);
        Assert.AreNotEqual("", failed.Hint);
        Failure<ConfigException>(() => Client.FromFile("no such file"));
        Failure<CallException>(() => new Client("\ud800"));
        Failure<ConfigException>(() => new Client(new Dictionary<string, object> { ["gateway"] = "\ud800" }));
    }

    [Test]
    public void A_gateway_that_is_not_reached_was_sent_nothing()
    {
        var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var url = "http://" + server.LocalEndpoint;
        server.Stop();
        var failed = Failure<NotSentException>(() => Sandbox.Client(url).CloseAsync(Sandbox.Order("A")));
        Assert.AreEqual(Kind.Connect, failed.Kind);
    }

    [Test]
    public void Nothing_that_is_printed_shows_a_secret()
    {
        var config = Sandbox.Config("wechat");
        var key = (string)((Dictionary<string, object>)config["account"])["api_key"];
        var client = new Client(config);
        var request = client.Sign(new Call { Operation = "close", Order = Sandbox.Order("A") });
        var sign = Regex.Match(Encoding.UTF8.GetString(request.Body), "<sign>([^<]{32,})</sign>").Groups[1].Value;
        Assert.GreaterOrEqual(Math.Min(key.Length, sign.Length), 16);
        var shown = client + " " + request;
        StringAssert.Contains(request.MsgId, shown);
        StringAssert.DoesNotContain(sign, shown);
        StringAssert.DoesNotContain(key, shown);
    }

    [Test]
    public void A_notification_is_heard()
    {
        var client = Sandbox.Client();
        var order = Sandbox.Order("PAID");
        Assert.AreEqual(Code.Paid, client.QueryAsync(order).Result.Code);
        var posted = Sandbox.Ask("notices", "{\"gateway\":\"wechat\",\"order\":\"" + order["out_trade_no"] + "\"}");
        var notice = client.Notification(new Message(posted.Texts("headers"), posted.Bytes("body_base64")));
        Assert.AreEqual((Code.Paid, order["out_trade_no"]), (notice.Event, notice.Order["out_trade_no"]));
        Assert.AreEqual(200, notice.Acknowledge.Status);
        var altered = client.Notification(new Message(NoHeaders, Encoding.UTF8.GetBytes("<xml/>")));
        Assert.AreEqual((Code.Unknown, (HttpAnswer)null), (altered.Event, altered.Acknowledge));
    }

    [Test]
    public void What_else_the_library_says()
    {
        var members = Sandbox.Config("edgeros");
        var found = Client.DiagnoseAsync(Writer.Write(members)).Result;
        Assert.AreNotEqual("failure", found.Worst);
        Assert.Greater(found.Steps.Count, 2);
        Assert.IsNotNull(found.Steps[0].State);
        Assert.AreEqual("failure", Client.DiagnoseAsync("no json").Result.Worst);
        new Client(members).WarmAsync().Wait();
        Failure<ConfigException>(() => Sandbox.Client().EncryptField("x"));
        Assert.AreEqual(5, ((List<object>)Reader.Read(Client.Gateways())).Count);
        StringAssert.IsMatch(@"^\d+\.\d+\.\d+$", Client.Version);
    }

    [Test]
    public void What_a_later_library_says_is_read_as_the_safest_that_is_known()
    {
        var later = new Outcome(Told.Of(
            "{\"outcome\":\"reopened\",\"code\":12,\"next\":\"done\",\"retry\":\"same_request\",\"confirm\":\"not_needed\"}"));
        Assert.AreEqual((Code.Unknown, Next.Query, Retry.Never, Confirm.Required), (later.Code, later.Next, later.Retry, later.Confirm));
        Assert.AreEqual(Next.Query, new Outcome(Told.Of("{\"outcome\":\"closed\",\"code\":1,\"next\":\"celebrate\"}")).Next);
        Assert.AreEqual(Code.Unknown, new Outcome(Told.Of("{\"code\":4294967297,\"next\":\"done\"}")).Code);
    }

    [Test]
    public void A_call_of_which_the_library_cannot_tell_is_no_error()
    {
        foreach (var json in new[] { "{\"error\":\"panic\",\"message\":\"m\"}", "[]", "", null })
        {
            var lost = new Outcome(Calls.Ended(new Said { Status = -90, Json = json }).Told());
            Assert.AreEqual((Code.Unknown, Next.Query, Sent.Maybe), (lost.Code, lost.Next, lost.Sent));
        }
        var ended = Calls.Ended(new Said { Json = "[{\"tag\":0,\"status\":-23,\"document\":{\"error\":\"not_sent\"}}]" });
        Assert.AreEqual((-23, "{\"error\":\"not_sent\"}"), (ended.Status, ended.Json));
        Failure<NotSentException>(() => Calls.Became(null, ended, CancellationToken.None));
        Failure<OperationCanceledException>(() => Calls.Became(null, ended, new CancellationToken(true)));
        var refund = new Outcome(Calls.Became(null, new Said { Json = "{\"code\":9,\"next\":\"refund_query\"}" }, CancellationToken.None));
        Assert.AreEqual((Code.Unknown, Next.RefundQuery), (refund.Code, refund.Next));
    }

    [TestCase("{\"a\":[1,-2,1.5,true,null,\"\\u00e9\\ud83d\\ude00\\n/\\\\\"],\"b\":{}}")]
    [TestCase("[]")]
    [TestCase("9007199254740993")]
    public void Json_that_is_read_is_written_as_it_was(string json)
    {
        var again = Writer.Write(Reader.Read(json));
        Assert.AreEqual(Regex.Unescape(json), Regex.Unescape(again));
    }

    [Test]
    public void A_number_is_written_with_all_its_digits()
    {
        var written = Writer.Write(new object[] { 0.1 + 0.2, 0.1f, 16777217.0, 1.5m, long.MaxValue });
        Assert.AreEqual("[0.30000000000000004,0.1,16777217,1.5,9223372036854775807]", written);
        Failure<ArgumentException>(() => { Writer.Write(double.NaN); });
    }

    [Test]
    public void A_call_of_json_takes_no_property_besides()
    {
        var call = Call.FromJson("{\"operation\":\"close\",\"order\":{\"out_trade_no\":\"A1\"}}");
        Assert.AreEqual("POST", Sandbox.Client().Sign(call).Method);
        call.MsgId = "B";
        Failure<CallException>(() => Sandbox.Client().Sign(call));
        Failure<CallException>(() => Sandbox.Client().SendAsync(call));
    }

    [TestCase("{")]
    [TestCase("{\"a\":1,}")]
    [TestCase("[1 2]")]
    [TestCase("\"a")]
    [TestCase("\"\\ud8\"")]
    [TestCase("tru")]
    [TestCase("1x")]
    [TestCase("")]
    public void What_is_no_json_is_nothing(string text) => Assert.IsNull(Reader.Read(text));

    [Test]
    public void Every_function_that_is_called_is_declared_in_the_header()
    {
        var header = File.ReadAllText(Path.Combine(Environment.GetEnvironmentVariable("CHEXIAO_ROOT"), "include", "chexiao.h"));
        var imported = typeof(Client).Assembly.GetType("Chexiao.Interop.Native")
            .GetMethods(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Where(method => method.Name.StartsWith("chexiao_")).ToList();
        Assert.Greater(imported.Count, 15);
        foreach (var method in imported)
        {
            var declared = Regex.Match(header, @"\b" + method.Name + @"\(([^)]*)\);");
            Assert.IsTrue(declared.Success, method.Name);
            var parameters = declared.Groups[1].Value == "void" ? new string[0] : declared.Groups[1].Value.Split(',');
            var passed = method.GetParameters().Select(parameter => InC[parameter.ParameterType.ToString().Replace("System.", "")]);
            var taken = string.Join(", ", parameters.Select(one => Regex.Replace(one.Trim(), @"\s*\w+$", "")));
            StringAssert.IsMatch("^" + string.Join(", ", passed) + "$", taken, method.Name);
        }
    }

    /// What has 64 bits and is not looked at is an IntPtr, a client as well as a text.
    private static readonly Dictionary<string, string> InC = new Dictionary<string, string>
    {
        ["Byte[]"] = @"const char \*", ["UIntPtr"] = "size_t", ["IntPtr&"] = @"char \*\*", ["IntPtr"] = @"(uint64_t|char \*)",
        ["UInt32"] = "uint32_t", ["UInt64"] = "uint64_t", ["UInt64&"] = @"uint64_t \*", ["Int32&"] = @"(chexiao_status|int) \*",
        ["Chexiao.Interop.ClientHandle"] = "uint64_t",
    };
}
