using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace Imza.Interop
{
    /// <summary>Texts that the library gives back.</summary>
    internal static unsafe class Texts
    {
        internal static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);

        internal static string OrNull(string text) => text.Length == 0 ? null : text;

        internal static long? OffsetOf(UIntPtr offset)
        {
            ulong value = offset.ToUInt64();
            return value == (UIntPtr.Size == 8 ? ulong.MaxValue : uint.MaxValue) ? (long?)null : (long)value;
        }

        internal static string FromStatic(IntPtr text) => FromNul((byte*)text, int.MaxValue);

        internal static string FromNul(byte* text, int size)
        {
            int length = 0;
            while (length < size && text[length] != 0)
            {
                length++;
            }
            return length == 0 ? "" : Utf8.GetString(text, length);
        }

        /// <summary>A function of the library that writes a text into a buffer.</summary>
        internal delegate int Writer(byte* buffer, UIntPtr capacity, UIntPtr* length, ImzaError* error);

        /// <summary>The text that a function writes. Most fit at the first call; the others come back with the capacity
        /// that the function names. No copy remains in the buffers.</summary>
        internal static byte[] Written(Writer write, out int keyIndex)
        {
            const int First = 512;
            byte* first = stackalloc byte[First];
            UIntPtr length = UIntPtr.Zero;
            ImzaError error = Call.NewError();
            int status = write(first, (UIntPtr)First, &length, &error);
            byte[] text = null;
            if (status == 0)
            {
                text = new byte[checked((int)length)];
                Marshal.Copy((IntPtr)first, text, 0, text.Length);
            }
            new Span<byte>(first, First).Clear();
            if (status == Call.BufferTooSmall)
            {
                byte[] second = new byte[checked((int)length + 1)];
                fixed (byte* buffer = second)
                {
                    Call.Check(write(buffer, (UIntPtr)second.Length, &length, &error), &error);
                    text = new byte[(int)length];
                    Array.Copy(second, text, text.Length);
                    Array.Clear(second, 0, second.Length);
                }
                status = 0;
            }
            Call.Check(status, &error);
            keyIndex = error.KeyIndex;
            return text;
        }

        internal static byte[] Written(Writer write) => Written(write, out _);

        internal static string WrittenText(Writer write) => Utf8.GetString(Written(write));
    }

    /// <summary>How a call ends.</summary>
    internal static unsafe class Call
    {
        internal const int BufferTooSmall = 2;

        internal static ImzaError NewError() => new ImzaError { StructSize = (UIntPtr)sizeof(ImzaError), KeyIndex = -1 };

        internal static void Check(int status, ImzaError* error)
        {
            if (status != 0)
            {
                throw new ImzaException(status, error);
            }
        }
    }

    /// <summary>What one call borrows of the caller's: in one place in memory until it is disposed, when what was copied is
    /// wiped, since it may be a secret.</summary>
    internal sealed unsafe class Borrowed : IDisposable
    {
        private readonly List<GCHandle> pins = new List<GCHandle>(8);
        private readonly List<byte[]> copies = new List<byte[]>(8);

        public void Dispose()
        {
            foreach (byte[] copy in copies)
            {
                Array.Clear(copy, 0, copy.Length);
            }
            foreach (GCHandle pin in pins)
            {
                pin.Free();
            }
            copies.Clear();
            pins.Clear();
        }

        /// <summary>A text; <paramref name="name"/> is for the error where it is not Unicode.</summary>
        internal ImzaStr Text(string name, string text) => Text(text, ErrorKind.InvalidArgument, name, null);

        private ImzaStr Text(string text, ErrorKind kind, string name, string field)
        {
            if (string.IsNullOrEmpty(text))
            {
                return default(ImzaStr);
            }
            int lone = LoneSurrogate(text);
            if (lone >= 0)
            {
                throw new ImzaException(kind,
                    $"{name} is not Unicode text: the character at index {lone} is half of a surrogate pair, without the other half",
                    Texts.Utf8.GetByteCount(text.Substring(0, lone)), field);
            }
            byte[] copy = new byte[Texts.Utf8.GetByteCount(text)];
            ImzaStr str = Pin(copy, copy.Length); // pinned before it is filled, so that the collector makes no second copy
            copies.Add(copy);
            Texts.Utf8.GetBytes(text, 0, text.Length, copy, 0);
            return str;
        }

        /// <summary>Where the first half of a pair is without its other half; -1 where there is none.</summary>
        private static int LoneSurrogate(string text)
        {
            for (int i = 0; i < text.Length; i++)
            {
                if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                {
                    i++;
                }
                else if (char.IsSurrogate(text[i]))
                {
                    return i;
                }
            }
            return -1;
        }

        /// <summary>Fields as they are posted: a fault is the field's.</summary>
        internal ImzaField* Fields(IEnumerable<KeyValuePair<string, string>> fields, out UIntPtr count)
        {
            return Pairs(fields, "fields", out count, (name, value) => new ImzaField
            {
                Name = Text(name, ErrorKind.HasoFieldUnknown, "the name of a field", null),
                Value = Text(value, ErrorKind.HasoFieldInvalid, $"the value of the field {name}", name),
            });
        }

        /// <summary>Headers as they were received.</summary>
        internal ImzaField* Headers(IEnumerable<KeyValuePair<string, string>> headers, out UIntPtr count)
        {
            return Pairs(headers, "headers", out count, (name, value) => new ImzaField
            {
                Name = Text("the name of a header", name),
                Value = Text($"the value of the header {name}", value),
            });
        }

        private ImzaField* Pairs(
            IEnumerable<KeyValuePair<string, string>> pairs, string argument, out UIntPtr count,
            Func<string, string, ImzaField> pair)
        {
            if (pairs == null)
            {
                throw new ArgumentNullException(argument);
            }
            List<ImzaField> list = new List<ImzaField>();
            foreach (KeyValuePair<string, string> each in pairs)
            {
                list.Add(pair(each.Key, each.Value));
            }
            count = (UIntPtr)list.Count;
            return list.Count == 0 ? null : (ImzaField*)PinAny(list.ToArray());
        }

        internal ImzaDlgaRequest* Request(Dlga.Request request, byte* body, int length)
        {
            if (request == null)
            {
                throw new ArgumentNullException(nameof(request));
            }
            return (ImzaDlgaRequest*)PinAny(new[]
            {
                new ImzaDlgaRequest
                {
                    StructSize = (UIntPtr)sizeof(ImzaDlgaRequest),
                    Method = Text("the method", request.Method),
                    ContentType = Text("the content type", request.ContentType),
                    Date = Text("the date", request.Date),
                    Resource = Text("the resource", request.Resource),
                    Body = Of(body, length),
                    BodyLine = (int)request.BodyLine,
                },
            });
        }

        /// <summary>Bytes that the caller keeps in their place.</summary>
        internal static ImzaStr Of(byte* bytes, int length) =>
            new ImzaStr { Ptr = length == 0 ? null : bytes, Len = (UIntPtr)length };

        private ImzaStr Pin(byte[] bytes, int length) => Of((byte*)PinAny(bytes), length);

        private IntPtr PinAny(object array)
        {
            GCHandle pin = GCHandle.Alloc(array, GCHandleType.Pinned);
            pins.Add(pin);
            return pin.AddrOfPinnedObject();
        }
    }
}
