using System;
using System.IO;
using System.Runtime.InteropServices;
using Chexiao;

/// Makes its first calls with too few descriptors, one more each time, so that each thing that needs one fails once; then with enough.
internal static class Starved
{
    private const int OpenFiles = 7, More = 16;

    internal static bool Recovers()
    {
        using (var client = Sandbox.Client())
        {
            var order = Sandbox.Order("A");
            client.Sign(new Call { Operation = "close", Order = order });
            getrlimit(OpenFiles, out var enough);
            var refused = 0;
            for (var spare = 0; spare < More; spare++)
            {
                var few = enough;
                few.Soft = (ulong)(Directory.GetFiles("/proc/self/fd").Length - 1 + spare);
                setrlimit(OpenFiles, ref few);
                try
                {
                    client.CloseAsync(order).Wait(10000);
                }
                catch (AggregateException failed) when (failed.InnerException is NotSentException)
                {
                    refused++;
                }
                setrlimit(OpenFiles, ref enough);
            }
            Console.WriteLine("  {0} of {1} calls had too few descriptors", refused, More);
            return refused > 0 && client.CloseAsync(Sandbox.Order("A")).Result.Code == Code.Closed;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit { internal ulong Soft, Hard; }

    [DllImport("libc")] private static extern int getrlimit(int what, out Limit limit);
    [DllImport("libc")] private static extern int setrlimit(int what, ref Limit limit);
}
