using System.Runtime.InteropServices;

namespace WeightedLoss.Tests.Memory;

/// <summary>
/// Memory between two pages that nobody may touch. A span lies directly behind the first or directly before the second: a kernel that
/// reads or writes one byte too many ends the test process.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const byte Canary = 0xA5;
    private readonly nint _start;
    private readonly int _page;
    private readonly int _usable;

    /// <param name="bytes">The least number of bytes between the two pages.</param>
    public GuardedMemory(int bytes)
    {
        _page = Environment.SystemPageSize;
        _usable = (bytes + _page - 1) / _page * _page;
        _start = Pages.Reserve(_usable + (2 * _page));
        Pages.Open(_start + _page, _usable);
        Fill();
    }

    /// <summary>Whether this operating system's way to protect a page is known.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() || OperatingSystem.IsWindows();

    /// <summary>The last elements before the page behind.</summary>
    public Span<T> AtEnd<T>(int length)
        where T : unmanaged => new((void*)(_start + _page + _usable - (length * sizeof(T))), length);

    /// <summary>The first elements behind the page before, after a number of them.</summary>
    public Span<T> AtStart<T>(int length, int offset = 0)
        where T : unmanaged => new((void*)(_start + _page + (offset * sizeof(T))), length);

    /// <summary>Marks every byte, so that <see cref="AssertUntouched{T}"/> sees what is written.</summary>
    public void Fill() => new Span<byte>((void*)(_start + _page), _usable).Fill(Canary);

    /// <summary>Nothing but the span has been written since the last fill.</summary>
    public void AssertUntouched<T>(string what, Span<T> except)
        where T : unmanaged
    {
        var all = new ReadOnlySpan<byte>((void*)(_start + _page), _usable);
        var first = (int)(
            (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(except)) - (_start + _page));
        var after = first + (except.Length * sizeof(T));
        if (all[..first].ContainsAnyExcept(Canary) || all[after..].ContainsAnyExcept(Canary))
        {
            Assert.Fail($"{what}: memory outside the span was written.");
        }
    }

    public void Dispose() => Pages.Free(_start, _usable + (2 * _page));

    private static partial class Pages
    {
        public static nint Reserve(int bytes)
        {
            if (OperatingSystem.IsWindows())
            {
                const uint Commit = 0x3000, NoAccess = 1;
                return Check(VirtualAlloc(0, (nuint)bytes, Commit, NoAccess), 0);
            }

            var privateAnonymous = OperatingSystem.IsMacOS() ? 0x1002 : 0x22;
            return Check(Map(0, (nuint)bytes, 0, privateAnonymous, -1, 0), -1);
        }

        public static void Open(nint start, int bytes)
        {
            const int ReadWriteUnix = 3;
            const uint ReadWriteWindows = 4;
            var isOpen = OperatingSystem.IsWindows()
                ? VirtualProtect(start, (nuint)bytes, ReadWriteWindows, out _) != 0
                : Protect(start, (nuint)bytes, ReadWriteUnix) == 0;
            Check(isOpen ? 1 : 0, 0);
        }

        public static void Free(nint start, int bytes)
        {
            if (OperatingSystem.IsWindows())
            {
                const uint Release = 0x8000;
                VirtualFree(start, 0, Release);
            }
            else
            {
                Unmap(start, (nuint)bytes);
            }
        }

        private static nint Check(nint result, nint failure) => result != failure
            ? result
            : throw new InvalidOperationException($"The operating system gave no pages: error {Marshal.GetLastPInvokeError()}.");

        [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
        private static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

        [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
        private static partial int Protect(nint address, nuint length, int protection);

        [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
        private static partial int Unmap(nint address, nuint length);

        [LibraryImport("kernel32", SetLastError = true)]
        private static partial nint VirtualAlloc(nint address, nuint size, uint type, uint protection);

        [LibraryImport("kernel32", SetLastError = true)]
        private static partial int VirtualProtect(nint address, nuint size, uint protection, out uint old);

        [LibraryImport("kernel32", SetLastError = true)]
        private static partial int VirtualFree(nint address, nuint size, uint type);
    }
}
