using System;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Chexiao.Interop
{
    /// <summary>The descriptors of all queues, and one thread that waits for them: each can be read from while there is something to
    /// take.</summary>
    internal static class Bells
    {
        private const int Add = 1, Delete = 2, Modify = 3, Readable = 1, Once = 1 << 30, CloseOnExec = 0x80000, Most = 256;

        /// <summary>An epoll_event is packed on x86-64, and nowhere else.</summary>
        private static readonly bool Packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        private static readonly int Size = Packed ? 12 : 16, Data = Packed ? 4 : 8;

        private static readonly ConcurrentDictionary<int, TaskCompletionSource<bool>> Waiting =
            new ConcurrentDictionary<int, TaskCompletionSource<bool>>();

        private static readonly object Starting = new object();
        private static int epoll = -1;

        /// <exception cref="NotSentException"/>
        internal static void Hang(int fd)
        {
            if (!Started() || Control(Add, fd, 0) != 0)
            {
                throw new NotSentException(Kind.NotSent, "the system waits for no more descriptors");
            }
        }

        /// <summary>When there may be something to take.</summary>
        internal static Task Rung(int fd)
        {
            var ring = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            Waiting[fd] = ring;
            Control(Modify, fd, Readable | Once);
            return ring.Task;
        }

        /// <summary>Before the queue is freed, whose descriptor this is.</summary>
        internal static void TakeDown(int fd)
        {
            Control(Delete, fd, 0);
            Waiting.TryRemove(fd, out _);
        }

        /// <summary>What fails is tried again by the next call: descriptors may have run out.</summary>
        private static bool Started()
        {
            lock (Starting)
            {
                return epoll >= 0 || (epoll = Start()) >= 0;
            }
        }

        private static int Start()
        {
            var opened = epoll_create1(CloseOnExec);
            if (opened < 0)
            {
                return -1;
            }
            try
            {
                new Thread(() => Wait(opened)) { IsBackground = true, Name = "chexiao" }.Start();
                return opened;
            }
            catch
            {
                close(opened);
                throw;
            }
        }

        private static void Wait(int opened)
        {
            var events = new byte[Most * Size];
            for (;;)
            {
                var count = epoll_wait(opened, events, Most, -1);
                for (var at = 0; at < count; at++)
                {
                    if (Waiting.TryRemove(BitConverter.ToInt32(events, at * Size + Data), out var ring))
                    {
                        ring.TrySetResult(true);
                    }
                }
            }
        }

        private static int Control(int what, int fd, int events)
        {
            var told = new byte[Size];
            BitConverter.GetBytes(events).CopyTo(told, 0);
            BitConverter.GetBytes(fd).CopyTo(told, Data);
            return epoll_ctl(epoll, what, fd, told);
        }

        [DllImport("libc")] private static extern int close(int fd);
        [DllImport("libc")] private static extern int epoll_create1(int flags);
        [DllImport("libc")] private static extern int epoll_ctl(int epoll, int what, int fd, byte[] told);
        [DllImport("libc")] private static extern int epoll_wait(int epoll, [Out] byte[] events, int most, int timeout);
    }
}
