using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Chexiao;

/// Closes many orders at once, each 300 ms at the sandbox, and says how long that took and how many threads.
internal sealed class Many
{
    internal readonly int Closed, Threads;
    internal readonly double Seconds;

    internal Many(int count)
    {
        using (var client = Sandbox.Client())
        {
            client.CloseAsync(Sandbox.Order("A")).Wait();
            var orders = Enumerable.Range(0, count).Select(_ => Sandbox.Order("DELAY")).ToList();
            var watch = Stopwatch.StartNew();
            var all = Task.WhenAll(orders.Select(order => client.CloseAsync(order)));
            do
            {
                Threads = Math.Max(Threads, Directory.GetDirectories("/proc/self/task").Length);
            }
            while (!all.Wait(5));
            Seconds = watch.Elapsed.TotalSeconds;
            Closed = all.Result.Count(outcome => outcome.Code == Code.Closed);
            Console.WriteLine("  {0} of {1} closed in {2:F2} s, at most {3} threads on {4} processors",
                Closed, count, Seconds, Threads, Environment.ProcessorCount);
        }
    }

    /// As many as compute at a time, the library's, the bell's, and what a runtime has for itself: no more for more calls.
    internal bool IsFine(int count) => Closed == count && Threads <= 48 && Seconds < 15;
}
