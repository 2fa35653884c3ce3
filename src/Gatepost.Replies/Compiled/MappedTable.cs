using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Gatepost.Replies.Compiled;

/// <summary>A list of numbers or records that is read where it is: in the mapped file of the program, or in a pinned array.</summary>
/// <remarks>Nothing is copied; a page of the file is read when one of its elements is asked for.</remarks>
internal readonly unsafe struct MappedTable<T>
    where T : unmanaged
{
    private readonly T* first;
    private readonly int length;

    /// <summary>The array that was made at run time; null for the file, which is mapped as long as the program runs.</summary>
    private readonly T[]? owner;

    /// <param name="first">Where the first element is; stays there.</param>
    /// <param name="length">How many there are.</param>
    public MappedTable(void* first, int length)
    {
        this.first = (T*)first;
        this.length = length;
    }

    private MappedTable(T[] pinned)
    {
        owner = pinned;
        length = pinned.Length;
        first = pinned.Length == 0 ? null : (T*)Unsafe.AsPointer(ref pinned[0]);
    }

    public int Length => length;

    public ReadOnlySpan<T> All => owner ?? new ReadOnlySpan<T>(first, length);

    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public T this[int index]
    {
        get
        {
            if ((uint)index >= (uint)length)
                ThrowNoSuch(index);
            return first[index];
        }
    }

    [DoesNotReturn]
    private static void ThrowNoSuch(int index) => throw new ArgumentOutOfRangeException(nameof(index), index, null);

    /// <summary>A table of values that are known only now.</summary>
    public static MappedTable<T> Of(ReadOnlySpan<T> values)
    {
        var pinned = GC.AllocateUninitializedArray<T>(values.Length, pinned: true);
        values.CopyTo(pinned);
        return new MappedTable<T>(pinned);
    }
}
