namespace Imza
{
    /// <summary>What is wrong. The numbers are those of the C interface and never change; later versions can add some.</summary>
    public enum ErrorKind
    {
        /// <summary>An argument that cannot be worked with: a part of the request that DLGA-13 forbids, an empty
        /// credential (HASO-10), a time outside the years 1970 to 9999 (DLGA-19), text that is not Unicode.</summary>
        InvalidArgument = 3,

        /// <summary>A fault in the library itself, which was caught. Please report it.</summary>
        Panic = 4,

        /// <summary>A required header is missing or empty: Diyalog's 400 (DLGA-14).</summary>
        DlgaHeadersMissing = 100,

        /// <summary>The authorization header, or another part of the request, is not in its format: 400.</summary>
        DlgaFormatInvalid = 101,

        /// <summary>The date is not in the pattern, or does not exist: 400.</summary>
        DlgaDateInvalid = 102,

        /// <summary>The signature is wrong, or no key is held for the access key id: 401.</summary>
        DlgaSignatureMismatch = 103,

        /// <summary>The signature is right, but date and clock differ too much: 403.</summary>
        DlgaClockSkew = 104,

        /// <summary>A required field is absent or empty (HASO-9).</summary>
        HasoFieldMissing = 200,

        /// <summary>The method has no field of this name (HASO-9).</summary>
        HasoFieldUnknown = 201,

        /// <summary>A field occurs twice (HASO-9).</summary>
        HasoFieldDuplicate = 202,

        /// <summary>A field's value is not in its shape, or not Unicode (HASO-7, HASO-8, HASO-10).</summary>
        HasoFieldInvalid = 203,

        /// <summary>A line is not a recipe (HASO-2).</summary>
        HasoRecipeInvalid = 204,

        /// <summary>The vendor's public pages print no recipe for a method of this name or path.</summary>
        HasoRecipeUnknown = 205,

        /// <summary>The token is not canonical base64 of 32 bytes (HASO-11).</summary>
        HasoTokenMalformed = 206,

        /// <summary>The token is another one than the merchant's secrets make of these fields (HASO-11).</summary>
        HasoTokenMismatch = 207,
    }
}
