using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Chexiao;
using Chexiao.Interop;
using Chexiao.Json;
using NUnit.Framework;

[TestFixture]
public class WaitingTests
{
    [TestCase(64)]
    [TestCase(1000)]
    public void Tasks_that_close_at_once_need_few_threads(int count) => Assert.IsTrue(new Many(count).IsFine(count));

    [Test]
    public void A_close_that_is_cancelled_once_it_is_out_is_unknown()
    {
        var (server, address, heard) = Sandbox.Deaf();
        using (var cancelling = new CancellationTokenSource())
        {
            var closing = Sandbox.Client("http://" + address).CloseAsync(Sandbox.Order("A"), cancelling.Token);
            Assert.IsTrue(heard.Wait(10000));
            cancelling.Cancel();
            Assert.IsTrue(closing.Wait(5000));
            var outcome = closing.Result;
            Assert.AreEqual((Code.Unknown, "interrupted", Sent.Maybe, Next.Query), (outcome.Code, outcome.Reason, outcome.Sent, outcome.Next));
        }
        server.Stop();
    }

    [Test]
    public void A_close_that_is_cancelled_before_its_first_byte_is_cancelled()
    {
        var (server, address, heard) = Sandbox.Deaf(); // whose handshake never ends
        using (var cancelling = new CancellationTokenSource())
        {
            var closing = Sandbox.Client("https://" + address).CloseAsync(Sandbox.Order("A"), cancelling.Token);
            Assert.IsTrue(heard.Wait(10000));
            cancelling.Cancel();
            var failed = Assert.Throws<OperationCanceledException>(() => closing.GetAwaiter().GetResult());
            Assert.IsInstanceOf<NotSentException>(failed.InnerException);
            Assert.IsTrue(closing.IsCanceled);
        }
        server.Stop();
    }

    [Test]
    public void A_source_that_is_disposed_meanwhile_changes_nothing()
    {
        var client = Sandbox.Client();
        var cancelling = new CancellationTokenSource();
        var closing = client.CloseAsync(Sandbox.Order("DELAY"), cancelling.Token);
        cancelling.Dispose();
        Assert.AreEqual(Code.Closed, closing.Result.Code);
    }

    [Test]
    public void What_fails_once_a_call_has_begun_does_not_hide_what_became_of_it()
    {
        var (server, address, heard) = Sandbox.Deaf();
        var call = new Call { Operation = "close", Order = Sandbox.Order("A") };
        var (queue, fd) = Calls.Begin(Native.Open(Writer.Write(Sandbox.Config("wechat", "http://" + address))), call.Json);
        Assert.IsTrue(heard.Wait(10000));
        var finished = Calls.Finished(queue, fd, null).Result; // no task to wait for: it fails
        Assert.IsNull(finished);
        var outcome = new Outcome(Calls.Became(finished, Calls.End(queue, fd).Result, CancellationToken.None));
        Assert.AreEqual((Code.Unknown, "interrupted", Sent.Maybe), (outcome.Code, outcome.Reason, outcome.Sent));
        Assert.AreEqual("defect", new Outcome(Calls.End(queue, fd).Result.Told()).Reason);
        server.Stop();
    }

    [Test]
    public void A_token_that_was_cancelled_begins_nothing()
    {
        var client = Sandbox.Client();
        var orders = Enumerable.Range(0, 20).Select(_ => Sandbox.Order("A")).ToList();
        Assert.IsTrue(orders.All(order => client.CloseAsync(order, new CancellationToken(true)).IsCanceled));
        var last = Sandbox.Order("A");
        client.CloseAsync(last).Wait();
        var seen = Sandbox.Posted();
        Assert.IsTrue(seen.Contains(last["out_trade_no"]));
        Assert.IsFalse(orders.Any(order => seen.Contains(order["out_trade_no"])));
    }

    [Test]
    public void Calls_that_are_cancelled_at_any_moment_leave_nothing()
    {
        Func<int> descriptors = () => Directory.GetFiles("/proc/self/fd").Length;
        Sandbox.Client().CloseAsync(Sandbox.Order("A")).Wait();
        var before = descriptors();
        var client = Sandbox.Client();
        var all = Enumerable.Range(0, 300).ToDictionary(_ => Sandbox.Order("DELAY"), at => at * 2);
        var became = all.Select(async one =>
        {
            using (var cancelling = new CancellationTokenSource(one.Value))
            {
                try
                {
                    var outcome = await client.CloseAsync(one.Key, cancelling.Token);
                    return (order: one.Key["out_trade_no"], word: outcome.Code.Word());
                }
                catch (OperationCanceledException)
                {
                    return (order: one.Key["out_trade_no"], word: "nothing sent");
                }
            }
        }).ToArray();
        Assert.IsTrue(Task.WaitAll(became, 30000));
        var seen = Sandbox.Posted();
        foreach (var one in became)
        {
            var (order, word) = one.Result;
            CollectionAssert.Contains(new[] { "closed", "unknown", "nothing sent" }, word);
            Assert.IsFalse(word == "nothing sent" && seen.Contains(order), order);
            Assert.IsFalse(word == "closed" && !seen.Contains(order), order);
        }
        client.Dispose();
        for (var wait = 0; descriptors() > before && wait < 100; wait++)
        {
            Thread.Sleep(100); // connections of calls that were left are closed by the library
        }
        Assert.LessOrEqual(descriptors(), before + 2); // what the runtime has opened meanwhile
    }

    [Test]
    public void A_client_that_is_disposed_meanwhile_finishes_its_calls()
    {
        var client = Sandbox.Client();
        var closing = client.CloseAsync(Sandbox.Order("DELAY"));
        Thread.Sleep(100); // it has begun
        client.Dispose();
        Assert.AreEqual(Code.Closed, closing.Result.Code);
    }

    [Test]
    public void A_context_that_lets_one_thing_run_at_a_time_is_not_waited_in()
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new Never());
        try
        {
            Assert.AreEqual(Code.Closed, Sandbox.Client().CloseAsync(Sandbox.Order("A")).GetAwaiter().GetResult().Code);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private sealed class Never : SynchronizationContext
    {
        public override void Post(SendOrPostCallback call, object state) { }
    }
}
