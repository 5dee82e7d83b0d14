// The C interface, include/imza.ffi.h, as P/Invoke sees it: every function, struct and handle, under the header's own
// names. tests/HeaderTests.cs compares the two, so that neither can change alone.

using System;
using System.Runtime.InteropServices;

namespace Imza.Interop
{
    /// <summary>Bytes that the caller passes for the call.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct ImzaStr
    {
        internal byte* Ptr;
        internal UIntPtr Len;
    }

    /// <summary>A posted field, or a header.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ImzaField
    {
        internal ImzaStr Name;
        internal ImzaStr Value;
    }

    /// <summary>The parts of a request that are signed.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ImzaDlgaRequest
    {
        internal UIntPtr StructSize;
        internal ImzaStr Method;
        internal ImzaStr ContentType;
        internal ImzaStr Date;
        internal ImzaStr Resource;
        internal ImzaStr Body;
        internal int BodyLine;
    }

    /// <summary>What happened.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct ImzaError
    {
        internal const int MessageSize = 256;
        internal const int FieldSize = 64;

        internal UIntPtr StructSize;
        internal int Status;
        internal ushort HttpStatus;
        internal int KeyIndex;
        internal UIntPtr Offset;
        internal fixed byte Message[MessageSize];
        internal fixed byte Field[FieldSize];
    }

    /// <summary>An object of the library: the runtime frees it once, when no call uses it any longer.</summary>
    internal abstract class LibraryHandle : SafeHandle
    {
        protected LibraryHandle() : base(IntPtr.Zero, true)
        {
        }

        public override bool IsInvalid => handle == IntPtr.Zero;

        protected abstract void Free(IntPtr handle);

        protected override bool ReleaseHandle()
        {
            Free(handle);
            return true;
        }
    }

    internal sealed class DlgaExplainerHandle : LibraryHandle
    {
        protected override void Free(IntPtr handle) => Native.imza_dlga_explainer_free(handle);
    }

    internal sealed class DlgaSignerHandle : LibraryHandle
    {
        protected override void Free(IntPtr handle) => Native.imza_dlga_signer_free(handle);
    }

    internal sealed class DlgaStreamHandle : LibraryHandle
    {
        protected override void Free(IntPtr handle) => Native.imza_dlga_stream_free(handle);
    }

    internal sealed class DlgaVerifierHandle : LibraryHandle
    {
        protected override void Free(IntPtr handle) => Native.imza_dlga_verifier_free(handle);
    }

    internal sealed class DlgaVerifyStreamHandle : LibraryHandle
    {
        protected override void Free(IntPtr handle) => Native.imza_dlga_verify_stream_free(handle);
    }

    internal sealed class ExplanationHandle : LibraryHandle
    {
        protected override void Free(IntPtr handle) => Native.imza_explanation_free(handle);
    }

    internal sealed class HasoDiscovererHandle : LibraryHandle
    {
        protected override void Free(IntPtr handle) => Native.imza_haso_discoverer_free(handle);
    }

    internal sealed class HasoDiscoveryHandle : LibraryHandle
    {
        protected override void Free(IntPtr handle) => Native.imza_haso_discovery_free(handle);
    }

    internal sealed class HasoExplainerHandle : LibraryHandle
    {
        protected override void Free(IntPtr handle) => Native.imza_haso_explainer_free(handle);
    }

    internal sealed class HasoMerchantHandle : LibraryHandle
    {
        protected override void Free(IntPtr handle) => Native.imza_haso_merchant_free(handle);
    }

    internal sealed class HasoRecipeHandle : LibraryHandle
    {
        protected override void Free(IntPtr handle) => Native.imza_haso_recipe_free(handle);
    }

    internal static unsafe class Native
    {
        /// <summary>libimza.so, libimza.dylib or imza.dll.</summary>
        internal const string Library = "imza";

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr imza_status_name(int status);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern ushort imza_status_http(int status);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr imza_status_vendor_text(int status);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern IntPtr imza_version();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern uint imza_abi_version();

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_date(
            long unixSeconds, byte* buffer, UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_signer_new(
            ImzaStr keyId, ImzaStr secret, out DlgaSignerHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_sign(
            DlgaSignerHandle signer, ImzaDlgaRequest* request, byte* buffer, UIntPtr capacity, UIntPtr* length,
            ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_string_to_sign(
            ImzaDlgaRequest* request, byte* buffer, UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void imza_dlga_signer_free(IntPtr signer);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_verifier_new(out DlgaVerifierHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_verifier_add_key(
            DlgaVerifierHandle verifier, ImzaStr keyId, ImzaStr secret, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_verifier_window(
            DlgaVerifierHandle verifier, long past, long future, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_verifier_ignore_clock(DlgaVerifierHandle verifier, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_verify(
            DlgaVerifierHandle verifier, ImzaDlgaRequest* request, ImzaStr authorization, ImzaStr requester, long now,
            ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_verify_headers(
            DlgaVerifierHandle verifier, ImzaDlgaRequest* request, ImzaField* headers, UIntPtr count, long now,
            ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void imza_dlga_verifier_free(IntPtr verifier);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_stream_begin(
            DlgaSignerHandle signer, ImzaStr method, ImzaStr contentType, ImzaStr date, int bodyLine,
            out DlgaStreamHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_stream_update(DlgaStreamHandle stream, ImzaStr piece, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_stream_finish(
            DlgaStreamHandle stream, ImzaStr resource, byte* buffer, UIntPtr capacity, UIntPtr* length,
            ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void imza_dlga_stream_free(IntPtr stream);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_verify_stream_begin(
            DlgaVerifierHandle verifier, ImzaStr method, ImzaStr contentType, ImzaStr date, ImzaStr authorization,
            ImzaStr requester, int bodyLine, out DlgaVerifyStreamHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_verify_stream_begin_headers(
            DlgaVerifierHandle verifier, ImzaStr method, ImzaStr contentType, ImzaField* headers, UIntPtr count,
            int bodyLine, out DlgaVerifyStreamHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_verify_stream_update(
            DlgaVerifyStreamHandle stream, ImzaStr piece, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_verify_stream_finish(
            DlgaVerifyStreamHandle stream, ImzaStr resource, long now, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void imza_dlga_verify_stream_free(IntPtr stream);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_merchant_new(
            ImzaStr merchantId, ImzaStr key, ImzaStr salt, out HasoMerchantHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_merchant_new_salt_keyed(
            ImzaStr merchantId, ImzaStr salt, out HasoMerchantHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_merchant_add_older_secret(
            HasoMerchantHandle merchant, ImzaStr key, ImzaStr salt, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_merchant_add_older_salt(
            HasoMerchantHandle merchant, ImzaStr salt, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void imza_haso_merchant_free(IntPtr merchant);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_recipe_find(ImzaStr endpoint, out HasoRecipeHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_recipe_parse(ImzaStr printed, out HasoRecipeHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_recipe_print(
            HasoRecipeHandle recipe, byte* buffer, UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_recipe_without_field_checks(HasoRecipeHandle recipe, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_recipe_ignoring_other_fields(HasoRecipeHandle recipe, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void imza_haso_recipe_free(IntPtr recipe);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_token(
            HasoMerchantHandle merchant, HasoRecipeHandle recipe, ImzaField* fields, UIntPtr count, byte* buffer,
            UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_field_at_fault(
            HasoMerchantHandle merchant, HasoRecipeHandle recipe, ImzaField* fields, UIntPtr count, byte* buffer,
            UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_verify(
            HasoMerchantHandle merchant, HasoRecipeHandle recipe, ImzaField* fields, UIntPtr count, ImzaStr token,
            ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_message(
            HasoMerchantHandle merchant, HasoRecipeHandle recipe, ImzaField* fields, UIntPtr count, byte* buffer,
            UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_message_reveal_salt(
            HasoMerchantHandle merchant, HasoRecipeHandle recipe, ImzaField* fields, UIntPtr count, byte* buffer,
            UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_explainer_new(out DlgaExplainerHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_explainer_add_key(
            DlgaExplainerHandle explainer, ImzaStr keyId, ImzaStr secret, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_explainer_at(
            DlgaExplainerHandle explainer, long now, long past, long future, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_explain(
            DlgaExplainerHandle explainer, ImzaDlgaRequest* request, ImzaStr authorization, ImzaStr requester,
            out ExplanationHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_dlga_explain_headers(
            DlgaExplainerHandle explainer, ImzaDlgaRequest* request, ImzaField* headers, UIntPtr count,
            out ExplanationHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void imza_dlga_explainer_free(IntPtr explainer);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_explainer_new(
            ImzaStr merchantId, ImzaStr key, ImzaStr salt, out HasoExplainerHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_explainer_new_salt_keyed(
            ImzaStr merchantId, ImzaStr salt, out HasoExplainerHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_explainer_add_older_secret(
            HasoExplainerHandle explainer, ImzaStr key, ImzaStr salt, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_explainer_add_older_salt(
            HasoExplainerHandle explainer, ImzaStr salt, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_explain(
            HasoExplainerHandle explainer, HasoRecipeHandle recipe, ImzaField* fields, UIntPtr count, ImzaStr token,
            out ExplanationHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void imza_haso_explainer_free(IntPtr explainer);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_explanation_is_valid(ExplanationHandle explanation);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr imza_explanation_match_count(ExplanationHandle explanation);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr imza_explanation_tried(ExplanationHandle explanation);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_explanation_was_cut_short(ExplanationHandle explanation);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_explanation_match(
            ExplanationHandle explanation, UIntPtr index, byte* buffer, UIntPtr capacity, UIntPtr* length,
            ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_explanation_refusal(
            ExplanationHandle explanation, byte* buffer, UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_explanation_notes(
            ExplanationHandle explanation, byte* buffer, UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_explanation_text(
            ExplanationHandle explanation, byte* buffer, UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_explanation_signed_text(
            ExplanationHandle explanation, byte* buffer, UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_explanation_signed_hex(
            ExplanationHandle explanation, byte* buffer, UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void imza_explanation_free(IntPtr explanation);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_discoverer_new(
            ImzaStr merchantId, ImzaStr key, ImzaStr salt, out HasoDiscovererHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_discoverer_new_salt_keyed(
            ImzaStr merchantId, ImzaStr salt, out HasoDiscovererHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_discoverer_add_sample(
            HasoDiscovererHandle discoverer, ImzaField* fields, UIntPtr count, ImzaStr token, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_discover(
            HasoDiscovererHandle discoverer, UIntPtr mostTries, out HasoDiscoveryHandle @out, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void imza_haso_discoverer_free(IntPtr discoverer);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr imza_haso_discovery_count(HasoDiscoveryHandle discovery);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern UIntPtr imza_haso_discovery_tried(HasoDiscoveryHandle discovery);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_discovery_is_complete(HasoDiscoveryHandle discovery);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_discovery_recipe(
            HasoDiscoveryHandle discovery, UIntPtr index, byte* buffer, UIntPtr capacity, UIntPtr* length,
            ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_discovery_hmac_key(
            HasoDiscoveryHandle discovery, UIntPtr index, byte* buffer, UIntPtr capacity, UIntPtr* length,
            ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern int imza_haso_discovery_notes(
            HasoDiscoveryHandle discovery, byte* buffer, UIntPtr capacity, UIntPtr* length, ImzaError* error);

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]
        internal static extern void imza_haso_discovery_free(IntPtr discovery);
    }
}
