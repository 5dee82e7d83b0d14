// Runs every test: a public static method of a class that ends in Tests. No framework, so that nothing need be
// downloaded.
//
//     tests.exe ROOT [NAME-PART]      (ROOT is the project's directory)

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace Imza.Tests
{
    internal static class Runner
    {
        internal static string Root;

        private static int Main(string[] arguments)
        {
            Root = arguments[0];
            string part = arguments.Length > 1 ? arguments[1] : "";
            MethodInfo[] tests = typeof(Runner).Assembly.GetTypes()
                .Where(type => type.Name.EndsWith("Tests", StringComparison.Ordinal))
                .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
                .Where(test => test.Name.Contains(part)).ToArray();
            int failed = 0;
            foreach (MethodInfo test in tests)
            {
                try
                {
                    test.Invoke(null, null);
                }
                catch (TargetInvocationException e)
                {
                    failed++;
                    Console.WriteLine($"FAILED {test.DeclaringType.Name}.{test.Name}: {e.InnerException}");
                }
            }
            Console.WriteLine($"{tests.Length} tests, {Check.Count} checks, {failed} failed");
            return failed == 0 && tests.Length > 0 ? 0 : 1;
        }
    }

    /// <summary>What a test expects.</summary>
    internal static class Check
    {
        internal static int Count;

        internal static void Equal<T>(T expected, T actual, string what)
        {
            System.Threading.Interlocked.Increment(ref Count);
            if (!EqualityComparer<T>.Default.Equals(expected, actual))
            {
                throw new Exception($"{what}: {actual}, not {expected}");
            }
        }

        internal static void True(bool holds, string what) => Equal(true, holds, what);

        internal static E Throws<E>(Action action, string what) where E : Exception
        {
            System.Threading.Interlocked.Increment(ref Count);
            try
            {
                action();
            }
            catch (E e)
            {
                return e;
            }
            throw new Exception($"{what}: no {typeof(E).Name}");
        }

        internal static ImzaException Refused(ErrorKind kind, Action action, string what)
        {
            ImzaException e = Throws<ImzaException>(action, what);
            Equal(kind, e.Kind, $"{what}: {e.Message}");
            return e;
        }
    }
}
