// src/Native.cs against include/imza.ffi.h: every function with its parameters in order, every struct with its members,
// their places and sizes, every constant.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Imza.Tests
{
    internal static class HeaderTests
    {
        private static readonly Assembly Library = typeof(ImzaException).Assembly;

        private static string Header => Regex.Replace(
            File.ReadAllText(Path.Combine(Runner.Root, "include", "imza.ffi.h")), @"/\*.*?\*/", "", RegexOptions.Singleline);

        private static Type TypeOf(string name) => Library.GetType("Imza.Interop." + name, true);

        /// <summary>imza_dlga_request → ImzaDlgaRequest</summary>
        private static string Pascal(string name) =>
            string.Concat(name.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));

        private static string Camel(string name) => char.ToLowerInvariant(Pascal(name)[0]) + Pascal(name).Substring(1);

        private static HashSet<string> Opaque => new HashSet<string>(
            Regex.Matches(Header, @"typedef struct (imza_\w+) \1;").Cast<Match>().Select(match => match.Groups[1].Value));

        /// <summary>What a type of C is in C#.</summary>
        private static Type Managed(string c, bool frees)
        {
            c = Regex.Replace(c.Replace("const ", ""), @"\s*\*", "*").Trim();
            string pointed = c.TrimEnd('*');
            if (Opaque.Contains(pointed))
            {
                Type handle = TypeOf(Pascal(pointed.Substring("imza_".Length)) + "Handle");
                return c.EndsWith("**") ? handle.MakeByRefType() : frees ? typeof(IntPtr) : handle;
            }
            switch (c)
            {
                case "void": return typeof(void);
                case "char*": return typeof(byte*);
                case "size_t": return typeof(UIntPtr);
                case "size_t*": return typeof(UIntPtr*);
                case "imza_status": case "int32_t": return typeof(int);
                case "imza_status*": return typeof(int*);
                case "uint16_t": return typeof(ushort);
                case "uint32_t": return typeof(uint);
                case "int64_t": return typeof(long);
                default:
                    Type type = TypeOf(Pascal(pointed));
                    return c.EndsWith("*") ? type.MakePointerType() : type;
            }
        }

        public static void EveryFunctionIsDeclaredAsInTheHeader()
        {
            Type native = TypeOf("Native");
            Dictionary<string, MethodInfo> declared = native
                .GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl)).ToDictionary(method => method.Name);
            MatchCollection functions =
                Regex.Matches(Header, @"^((?:const )?[a-z]\w* \*?)(imza_\w+)\(([^)]*)\);", RegexOptions.Multiline);
            Check.Equal(Regex.Matches(Header, @"\)\s*;").Count, functions.Count, "the test reads every function");
            Check.Equal(functions.Count, declared.Count, "as many functions in Native.cs as in the header");
            foreach (Match function in functions)
            {
                string name = function.Groups[2].Value, result = function.Groups[1].Value;
                Check.True(declared.ContainsKey(name), name + " is declared");
                MethodInfo method = declared[name];
                DllImportAttribute import = method.GetCustomAttribute<DllImportAttribute>();
                Check.Equal("imza", import.Value, name);
                Check.Equal(CallingConvention.Cdecl, import.CallingConvention, name);
                Check.Equal(result.Contains("*") ? typeof(IntPtr) : Managed(result, false), method.ReturnType, name + "'s result");

                string[] expected = function.Groups[3].Value.Trim() == "void"
                    ? new string[0] : function.Groups[3].Value.Split(',');
                ParameterInfo[] actual = method.GetParameters();
                Check.Equal(expected.Length, actual.Length, name + "'s parameters");
                for (int i = 0; i < expected.Length; i++)
                {
                    Match parameter = Regex.Match(Regex.Replace(expected[i].Trim(), @"\s+", " "), @"^(.*[ *])(\w+)$");
                    string what = $"{name}'s parameter {parameter.Groups[2].Value}";
                    Check.Equal(Camel(parameter.Groups[2].Value), actual[i].Name, what);
                    Check.Equal(Managed(parameter.Groups[1].Value, name.EndsWith("_free")), actual[i].ParameterType, what);
                }
            }
        }

        /// <summary>Size and alignment of a member, by the rules of C.</summary>
        private static int[] Layout(string c, int count, Dictionary<string, int[]> structs)
        {
            int size;
            if (c.Contains("*") || c == "size_t")
            {
                size = IntPtr.Size;
            }
            else if (structs.TryGetValue(c, out int[] known))
            {
                return new[] { known[0] * count, known[1] };
            }
            else
            {
                size = new Dictionary<string, int>
                {
                    ["char"] = 1, ["uint16_t"] = 2, ["int32_t"] = 4, ["uint32_t"] = 4, ["imza_status"] = 4, ["int64_t"] = 8,
                }[c];
            }
            return new[] { size * count, size };
        }

        public static void EveryStructIsLaidOutAsInTheHeader()
        {
            Dictionary<string, int[]> structs = new Dictionary<string, int[]>();
            MatchCollection found = Regex.Matches(Header, @"typedef struct \{([^}]*)\} (imza_\w+);");
            Check.Equal(6, found.Count, "the header's structs");
            foreach (Match each in found)
            {
                string name = each.Groups[2].Value;
                Type type = TypeOf(Pascal(name));
                FieldInfo[] fields = type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);
                MatchCollection members = Regex.Matches(each.Groups[1].Value, @"^\s*(.*?[ *])(\w+)(?:\[(\d+)\])?;", RegexOptions.Multiline);
                Check.Equal(members.Count, fields.Length, name + "'s members");
                int offset = 0, alignment = 1;
                for (int i = 0; i < members.Count; i++)
                {
                    string c = members[i].Groups[1].Value.Replace("const ", "").Trim(), what = $"{name}.{members[i].Groups[2].Value}";
                    int count = members[i].Groups[3].Success ? int.Parse(members[i].Groups[3].Value) : 1;
                    int[] layout = Layout(c, count, structs);
                    int size = layout[0], aligned = layout[1];
                    offset = (offset + aligned - 1) / aligned * aligned;
                    Check.Equal(Pascal(members[i].Groups[2].Value), fields[i].Name, what);
                    Check.Equal(offset, (int)Marshal.OffsetOf(type, fields[i].Name), what + "'s place");
                    Check.Equal(size, Size(fields[i].FieldType), what + "'s size");
                    offset += size;
                    alignment = Math.Max(alignment, aligned);
                }
                int whole = (offset + alignment - 1) / alignment * alignment;
                Check.Equal(whole, Marshal.SizeOf(type), name + "'s size");
                structs[name] = new[] { whole, alignment };
            }
        }

        private static int Size(Type type) => type.IsPointer ? IntPtr.Size : Marshal.SizeOf(type);

        public static void EveryConstantIsTheHeaders()
        {
            Dictionary<string, long> constants = Regex.Matches(Header, @"IMZA_(\w+) = (\d+)").Cast<Match>()
                .ToDictionary(match => match.Groups[1].Value, match => long.Parse(match.Groups[2].Value));
            Check.Equal(constants["ABI_VERSION"], Imza.Library.AbiVersion, "the ABI version");
            foreach (string name in new[] { "ABI_VERSION", "OK", "NULL_POINTER", "BUFFER_TOO_SMALL" })
            {
                Check.True(constants.Remove(name), name); // what this layer sees to by itself
            }
            int known = 0;
            foreach (KeyValuePair<string, long> constant in constants)
            {
                string name = Pascal(constant.Key.ToLowerInvariant());
                if (name.StartsWith("DlgaBodyLine"))
                {
                    Dlga.BodyLine line = (Dlga.BodyLine)Enum.Parse(typeof(Dlga.BodyLine), name.Substring("DlgaBodyLine".Length));
                    Check.Equal(constant.Value, (long)line, name);
                    continue;
                }
                known++;
                Check.Equal(constant.Value, (long)(ErrorKind)Enum.Parse(typeof(ErrorKind), name), name);
            }
            Check.Equal(known, Enum.GetValues(typeof(ErrorKind)).Length, "no kind but the header's");
        }

        public static void TheVersionIsThePackages()
        {
            string project = File.ReadAllText(Path.Combine(Runner.Root, "bindings", "dotnet", "Imza.csproj"));
            Check.True(project.Contains($"<Version>{Imza.Library.Version}</Version>"), "Imza.csproj has " + Imza.Library.Version);
        }
    }
}
