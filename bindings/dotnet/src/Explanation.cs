using System.Collections.Generic;
using System.Collections.ObjectModel;
using Imza.Interop;

namespace Imza
{
    /// <summary>
    /// What is known about a signature or token that was presented. No secret occurs in it, nor a signature that was
    /// computed: where a secret occurs in what was received, <c>[secret]</c>, <c>[key]</c> or <c>[salt]</c> is shown.
    /// </summary>
    public sealed class Explanation
    {
        private readonly string text;

        internal unsafe Explanation(ExplanationHandle handle)
        {
            IsValid = Native.imza_explanation_is_valid(handle) == 1;
            WasCutShort = Native.imza_explanation_was_cut_short(handle) == 1;
            Tried = (long)Native.imza_explanation_tried(handle);
            Refusal = Texts.WrittenText((b, c, l, e) => Native.imza_explanation_refusal(handle, b, c, l, e));
            Notes = Texts.WrittenText((b, c, l, e) => Native.imza_explanation_notes(handle, b, c, l, e));
            SignedText = Texts.WrittenText((b, c, l, e) => Native.imza_explanation_signed_text(handle, b, c, l, e));
            SignedHex = Texts.WrittenText((b, c, l, e) => Native.imza_explanation_signed_hex(handle, b, c, l, e));
            text = Texts.WrittenText((b, c, l, e) => Native.imza_explanation_text(handle, b, c, l, e));

            List<Match> matches = new List<Match>();
            for (ulong i = 0; i < (ulong)Native.imza_explanation_match_count(handle); i++)
            {
                System.UIntPtr index = (System.UIntPtr)i;
                byte[] match = Texts.Written(
                    (b, c, l, e) => Native.imza_explanation_match(handle, index, b, c, l, e), out int keyIndex);
                matches.Add(new Match(keyIndex, Texts.Utf8.GetString(match)));
            }
            Matches = new ReadOnlyCollection<Match>(matches);
        }

        /// <summary>Whether there is nothing to explain, because the request is valid as it is.</summary>
        public bool IsValid { get; }

        /// <summary>Every variant of the request that the presented signature matches, fewest changes first.</summary>
        public IReadOnlyList<Match> Matches { get; }

        /// <summary>How many variants were tried.</summary>
        public long Tried { get; }

        /// <summary>Whether a bound, of variants or of bytes, was reached before everything was tried.</summary>
        public bool WasCutShort { get; }

        /// <summary>Why the request is refused as it is; empty where it is valid.</summary>
        public string Refusal { get; }

        /// <summary>What else was noticed, a sentence on a line each; empty where nothing was.</summary>
        public string Notes { get; }

        /// <summary>What should have been signed, for people to read; secrets masked.</summary>
        public string SignedText { get; }

        /// <summary>The same bytes in hex, two lower-case digits a byte; secrets masked.</summary>
        public string SignedHex { get; }

        /// <summary>The whole explanation in plain sentences, a line each.</summary>
        public override string ToString() => text;

        /// <summary>A variant of the request that the presented signature matches.</summary>
        public sealed class Match
        {
            internal Match(int keyIndex, string text)
            {
                KeyIndex = keyIndex;
                Text = text;
            }

            /// <summary>The key that it matches with, in the order of adding, from 0.</summary>
            public int KeyIndex { get; }

            /// <summary>What is different, such as "matches when the body has no final newline".</summary>
            public string Text { get; }

            /// <summary>The text.</summary>
            public override string ToString() => Text;
        }
    }
}
