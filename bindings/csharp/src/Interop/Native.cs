using System;
using System.Runtime.InteropServices;
using System.Text;
using Chexiao.Json;

namespace Chexiao.Interop
{
    /// <summary>What a function of the library returned, with its document; null where it gave none.</summary>
    internal struct Said
    {
        internal int Status;
        internal string Json;

        /// <exception cref="ChexiaoException"/>
        internal Told Told()
        {
            var told = Chexiao.Json.Told.Of(Json);
            return Status < 0 ? throw ChexiaoException.Of(told) : told;
        }
    }

    internal static partial class Native
    {
        private const uint AbiVersion = 1;

        internal delegate int Verb(ClientHandle client, byte[] text, UIntPtr length, out IntPtr json);

        /// <summary>What is no text throws, instead of being sent with question marks.</summary>
        private static readonly Encoding Utf8 = new UTF8Encoding(false, true);

        internal static Said Ask(Verb verb, ClientHandle client, string text)
        {
            var bytes = Bytes(text);
            return Saying(verb(client, bytes, Length(bytes), out var json), json);
        }

        internal static ClientHandle Open(string config)
        {
            Check();
            var bytes = Bytes(config);
            var status = chexiao_client_new(bytes, Length(bytes), out var client, out var json);
            Array.Clear(bytes, 0, bytes.Length);
            Saying(status, json).Told();
            return new ClientHandle(client);
        }

        internal static Said Warm(ClientHandle client) => Saying(chexiao_warm(client, out var json), json);

        internal static Said Diagnose(string config)
        {
            Check();
            var bytes = Bytes(config);
            return Saying(chexiao_diagnose(bytes, Length(bytes), out var json), json);
        }

        internal static Said Gateways() => Saying(chexiao_gateways(out var json), json);

        internal static string Version() => Marshal.PtrToStringAnsi(chexiao_version());

        /// <summary>A queue for one call.</summary>
        internal static ulong OpenQueue()
        {
            Saying(chexiao_queue_new(1, out var queue, out var json), json).Told();
            return queue;
        }

        internal static int Descriptor(ulong queue)
        {
            Saying(chexiao_queue_fd(queue, out var fd, out var json), json).Told();
            return fd;
        }

        internal static void Submit(ulong queue, ClientHandle client, string call)
        {
            var bytes = Bytes(call);
            Saying(chexiao_queue_submit(queue, client, 0, bytes, Length(bytes), out var json), json).Told();
        }

        /// <summary>What taking returned, and of the call its status and document, if it has finished.</summary>
        internal static (int taken, Said finished) Take(ulong queue)
        {
            var taken = chexiao_queue_take(queue, 0, out _, out var status, out var json);
            return (taken, Saying(status, json));
        }

        internal static Said FreeQueue(ulong queue) => Saying(chexiao_queue_free(queue, out var json), json);

        private static void Check()
        {
            if (IntPtr.Size != 8)
            {
                throw new PlatformNotSupportedException("chexiao needs a process of 64 bits");
            }
            if (chexiao_abi_version() != AbiVersion)
            {
                throw new NotSentException(Kind.NotSent, "the library that is loaded has another ABI version");
            }
        }

        private static byte[] Bytes(string text)
        {
            try
            {
                return Utf8.GetBytes(text);
            }
            catch (EncoderFallbackException why)
            {
                throw new CallException(Kind.Utf8, "half of a surrogate pair is no text", inner: why);
            }
        }

        private static UIntPtr Length(byte[] bytes) => (UIntPtr)(uint)bytes.Length;

        private static Said Saying(int status, IntPtr json)
        {
            if (json == IntPtr.Zero)
            {
                return new Said { Status = status };
            }
            var length = 0;
            while (Marshal.ReadByte(json, length) != 0)
            {
                length++;
            }
            var bytes = new byte[length];
            Marshal.Copy(json, bytes, 0, length);
            chexiao_string_free(json);
            return new Said { Status = status, Json = Encoding.UTF8.GetString(bytes) };
        }
    }
}
