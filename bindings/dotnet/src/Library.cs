using Imza.Interop;

namespace Imza
{
    /// <summary>The library that is running.</summary>
    public static class Library
    {
        /// <summary>Its version, such as "0.1.0".</summary>
        public static string Version => Texts.FromStatic(Native.imza_version());

        /// <summary>The version of its C interface; this package needs 1.</summary>
        public static long AbiVersion => Native.imza_abi_version();
    }
}
