using System;
using Imza.Interop;

namespace Imza
{
    /// <summary>Says what is wrong, where, and what to do about it. It never holds a byte of a secret.</summary>
    public sealed class ImzaException : Exception
    {
        internal unsafe ImzaException(int status, ImzaError* error)
            : base(Texts.FromNul(error->Message, ImzaError.MessageSize))
        {
            Status = status;
            KeyIndex = error->KeyIndex < 0 ? (int?)null : error->KeyIndex;
            Offset = Texts.OffsetOf(error->Offset);
            bool isAboutField = Kind >= ErrorKind.HasoFieldMissing && Kind <= ErrorKind.HasoFieldInvalid;
            Field = isAboutField ? Texts.FromNul(error->Field, ImzaError.FieldSize) : null;
        }

        internal ImzaException(ErrorKind kind, string message, long? offset = null, string field = null)
            : base(message)
        {
            Status = (int)kind;
            Offset = offset;
            Field = field;
        }

        /// <summary>What is wrong.</summary>
        public ErrorKind Kind => (ErrorKind)Status;

        /// <summary>The number of <see cref="Kind"/>, as the C interface has it.</summary>
        public int Status { get; }

        /// <summary>The name of <see cref="Kind"/> in the C interface, such as <c>IMZA_DLGA_CLOCK_SKEW</c>.</summary>
        public string StatusName => Texts.FromStatic(Native.imza_status_name(Status));

        /// <summary>The HTTP status with which Diyalog answers such a request (DLGA-14); null where it has none.</summary>
        public int? HttpStatus
        {
            get
            {
                int status = Native.imza_status_http(Status);
                return status == 0 ? (int?)null : status;
            }
        }

        /// <summary>The text with which Diyalog answers such a request (DLGA-14); null where it has none. Give a caller
        /// this and <see cref="HttpStatus"/>; the rest of the exception is for a log.</summary>
        public string VendorText => Texts.OrNull(Texts.FromStatic(Native.imza_status_vendor_text(Status)));

        /// <summary>The byte (of UTF-8) at which the offending value goes wrong, from 0; null where there is none.</summary>
        public long? Offset { get; }

        /// <summary>The key that matched although the clock refuses, in the order of adding, from 0 (DLGA-20); else
        /// null.</summary>
        public int? KeyIndex { get; }

        /// <summary>The posted field of Haso's that is wrong; null where the error is not about a field. A name that the
        /// recipe does not have is escaped where it does not print, and cut after 64 characters.</summary>
        public string Field { get; internal set; }
    }
}
