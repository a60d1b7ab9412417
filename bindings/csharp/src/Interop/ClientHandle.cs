using System;
using System.Runtime.InteropServices;

namespace Chexiao.Interop
{
    /// <summary>A client of the library. While a function of it runs, it is not freed.</summary>
    internal sealed class ClientHandle : SafeHandle
    {
        internal ClientHandle(ulong client) : base(IntPtr.Zero, true) { SetHandle((IntPtr)(long)client); }

        public override bool IsInvalid => handle == IntPtr.Zero;

        protected override bool ReleaseHandle() => Native.chexiao_client_free(handle) == 0;
    }
}
