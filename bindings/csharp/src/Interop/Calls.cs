using System;
using System.IO;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Chexiao.Json;

namespace Chexiao.Interop
{
    /// <summary>Calls that no thread waits for. Each has a queue of its own, so that it can be ended by itself.</summary>
    internal static class Calls
    {
        /// <summary>How often a call is looked at though no bell has rung.</summary>
        private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

        /// <summary>Bounds the threads of the pool that are in the library to sign and judge.</summary>
        private static readonly TaskScheduler Computing =
            new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, Environment.ProcessorCount).ConcurrentScheduler;

        /// <summary>Calls under way have three descriptors each, and may have half of what there are; others wait for their turn.</summary>
        private static readonly SemaphoreSlim Turns = new SemaphoreSlim(Most());

        /// <summary>What chexiao_send would tell. Where the token is cancelled, the library says whether anything was sent.</summary>
        /// <exception cref="ChexiaoException"/>
        /// <exception cref="OperationCanceledException"/>
        internal static async Task<Told> Run(ClientHandle client, string call, CancellationToken token)
        {
            await Turns.WaitAsync(token).ConfigureAwait(false);
            try
            {
                var cancelled = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                using (token.Register(() => cancelled.TrySetResult(true)))
                {
                    var (queue, fd) = await Compute(() => Begin(client, call), token).ConfigureAwait(false);
                    return Became(await Finished(queue, fd, cancelled.Task).ConfigureAwait(false), await End(queue, fd).ConfigureAwait(false), token);
                }
            }
            finally
            {
                Turns.Release();
            }
        }

        /// <summary>On a thread of its own, which waits for the network.</summary>
        internal static Task<T> Apart<T>(Func<T> blocks) =>
            Task.Factory.StartNew(blocks, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        internal static (ulong queue, int fd) Begin(ClientHandle client, string call)
        {
            var queue = Native.OpenQueue();
            try
            {
                var fd = Native.Descriptor(queue);
                Bells.Hang(fd);
                try
                {
                    Native.Submit(queue, client, call);
                }
                catch
                {
                    Bells.TakeDown(fd);
                    throw;
                }
                return (queue, fd);
            }
            catch
            {
                Native.FreeQueue(queue);
                throw;
            }
        }

        /// <summary>Null where it was cancelled before, or cannot be taken: the end says what became of it. The call may be out, so that
        /// nothing is thrown.</summary>
        internal static async Task<Said?> Finished(ulong queue, int fd, Task cancelled)
        {
            try
            {
                for (;;)
                {
                    var (taken, finished) = await Compute(() => Native.Take(queue)).ConfigureAwait(false);
                    if (taken == 0 && finished.Json != null)
                    {
                        return finished;
                    }
                    if (taken != 0 || cancelled.IsCompleted)
                    {
                        return null;
                    }
                    await Task.WhenAny(Bells.Rung(fd), Task.Delay(Look), cancelled).ConfigureAwait(false);
                }
            }
            catch (Exception)
            {
                return null;
            }
        }

        /// <summary>Frees the queue, and says what became of the call that was in it.</summary>
        internal static async Task<Said> End(ulong queue, int fd)
        {
            try
            {
                Bells.TakeDown(fd);
                return await Compute(() => Ended(Native.FreeQueue(queue))).ConfigureAwait(false);
            }
            catch (Exception)
            {
                return Lost;
            }
        }

        /// <summary>Of what chexiao_queue_free told; where it told of no call, that may have been sent.</summary>
        internal static Said Ended(Said freed)
        {
            foreach (var one in Told.ListOf(Reader.Read(freed.Json)))
            {
                return new Said { Status = (int)(one.Number("status") ?? Lost.Status), Json = Writer.Write(one.Any("document")) };
            }
            return Lost;
        }

        /// <summary>A call that was begun and of which the library can tell no more.</summary>
        internal static Said Lost => new Said { Status = (int)Code.Unknown, Json = "{\"sent\":\"maybe\",\"reason\":\"defect\"}" };

        /// <summary>Of what was taken, or else of what the end told.</summary>
        internal static Told Became(Said? finished, Said ended, CancellationToken token)
        {
            try
            {
                return (finished ?? ended).Told();
            }
            catch (ChexiaoException nothingSent) when (finished == null && token.IsCancellationRequested)
            {
                throw new OperationCanceledException("nothing was sent: " + nothingSent.Message, nothingSent, token);
            }
        }

        private static Task<T> Compute<T>(Func<T> computes, CancellationToken token = default(CancellationToken)) =>
            Task.Factory.StartNew(computes, token, TaskCreationOptions.DenyChildAttach, Computing);

        private static int Most()
        {
            const int most = 4096, least = 170; // of the usual 1,024
            try
            {
                var soft = Regex.Match(File.ReadAllText("/proc/self/limits"), @"^Max open files +(\d+)", RegexOptions.Multiline);
                return soft.Success && long.TryParse(soft.Groups[1].Value, out var limit) ? (int)Math.Max(1, Math.Min(most, limit / 6)) : most;
            }
            catch (Exception why) when (why is IOException || why is UnauthorizedAccessException)
            {
                return least;
            }
        }
    }
}
