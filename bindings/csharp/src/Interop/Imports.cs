using System;
using System.Runtime.InteropServices;

namespace Chexiao.Interop
{
    /// <summary>The functions of chexiao.h.</summary>
    internal static partial class Native
    {
        private const string Library = "chexiao";

#if NET7_0_OR_GREATER
        // Untried: no .NET SDK was at hand.
        [LibraryImport(Library)]
        internal static partial uint chexiao_abi_version();
        [LibraryImport(Library)]
        internal static partial IntPtr chexiao_version();
        [LibraryImport(Library)]
        internal static partial int chexiao_gateways(out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_diagnose(byte[] config, UIntPtr length, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_client_new(byte[] config, UIntPtr length, out ulong client, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_client_free(IntPtr client);
        [LibraryImport(Library)]
        internal static partial int chexiao_sign(ClientHandle client, byte[] call, UIntPtr length, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_warm(ClientHandle client, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_verify(ClientHandle client, byte[] exchange, UIntPtr length, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_verify_notification(ClientHandle client, byte[] message, UIntPtr length, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_encrypt_field(ClientHandle client, byte[] text, UIntPtr length, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_decrypt_field(ClientHandle client, byte[] field, UIntPtr length, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial void chexiao_string_free(IntPtr text);
        [LibraryImport(Library)]
        internal static partial int chexiao_queue_new(uint capacity, out ulong queue, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_queue_submit(ulong queue, ClientHandle client, ulong tag, byte[] call, UIntPtr length, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_queue_take(ulong queue, uint timeoutMs, out ulong tag, out int status, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_queue_fd(ulong queue, out int fd, out IntPtr json);
        [LibraryImport(Library)]
        internal static partial int chexiao_queue_free(ulong queue, out IntPtr json);
#else
        [DllImport(Library)]
        internal static extern uint chexiao_abi_version();
        [DllImport(Library)]
        internal static extern IntPtr chexiao_version();
        [DllImport(Library)]
        internal static extern int chexiao_gateways(out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_diagnose(byte[] config, UIntPtr length, out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_client_new(byte[] config, UIntPtr length, out ulong client, out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_client_free(IntPtr client);
        [DllImport(Library)]
        internal static extern int chexiao_sign(ClientHandle client, byte[] call, UIntPtr length, out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_warm(ClientHandle client, out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_verify(ClientHandle client, byte[] exchange, UIntPtr length, out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_verify_notification(ClientHandle client, byte[] message, UIntPtr length, out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_encrypt_field(ClientHandle client, byte[] text, UIntPtr length, out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_decrypt_field(ClientHandle client, byte[] field, UIntPtr length, out IntPtr json);
        [DllImport(Library)]
        internal static extern void chexiao_string_free(IntPtr text);
        [DllImport(Library)]
        internal static extern int chexiao_queue_new(uint capacity, out ulong queue, out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_queue_submit(ulong queue, ClientHandle client, ulong tag, byte[] call, UIntPtr length, out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_queue_take(ulong queue, uint timeoutMs, out ulong tag, out int status, out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_queue_fd(ulong queue, out int fd, out IntPtr json);
        [DllImport(Library)]
        internal static extern int chexiao_queue_free(ulong queue, out IntPtr json);
#endif
    }
}
