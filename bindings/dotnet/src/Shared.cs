using System;
using System.Threading;

namespace Imza.Interop
{
    /// <summary>
    /// An object of the library that several threads use and one at a time changes. Dispose does not wait: the runtime frees
    /// the object when the last call that uses it returns (SafeHandle).
    /// </summary>
    internal sealed unsafe class Shared<T> : IDisposable where T : LibraryHandle
    {
        internal delegate int Maker(out T made, ImzaError* error);

        internal delegate int Function(T handle, ImzaError* error);

        private readonly ReaderWriterLockSlim gate = new ReaderWriterLockSlim();
        private readonly T handle;
        private readonly string owner;

        internal Shared(string owner, Maker make)
        {
            this.owner = owner;
            ImzaError error = Call.NewError();
            Call.Check(make(out handle, &error), &error);
        }

        internal bool IsDisposed => handle.IsClosed;

        public void Dispose() => handle.Dispose();

        /// <summary>Calls a function that only reads the object; gives back the index of the key that matched.</summary>
        internal int Use(Function function)
        {
            ImzaError error = Call.NewError();
            gate.EnterReadLock();
            try
            {
                Call.Check(function(Open(), &error), &error);
            }
            finally
            {
                gate.ExitReadLock();
            }
            return error.KeyIndex;
        }

        /// <summary>Lends the object to a function that only reads it.</summary>
        internal R Use<R>(Func<T, R> function)
        {
            gate.EnterReadLock();
            try
            {
                return function(Open());
            }
            finally
            {
                gate.ExitReadLock();
            }
        }

        /// <summary>Calls a function that changes the object, while no other thread uses it; then <paramref
        /// name="changed"/>, where it succeeded.</summary>
        internal void Change(Function function, Action changed = null)
        {
            ImzaError error = Call.NewError();
            gate.EnterWriteLock();
            try
            {
                Call.Check(function(Open(), &error), &error);
                changed?.Invoke();
            }
            finally
            {
                gate.ExitWriteLock();
            }
        }

        private T Open() => handle.IsClosed ? throw new ObjectDisposedException(owner) : handle;
    }
}
