using System.Buffers.Binary;

namespace Tern.Training.Native;

/// <summary>
/// The version needs of a 64-bit little-endian ELF library (System V gABI, "Symbol Versioning" in the Linux Standard
/// Base): which symbol versions it asks of other libraries. Every offset is checked against the file's size.
/// </summary>
static class ElfVersionNeed
{
    const int SectionHeaderBytes = 64;
    const int ProgramHeaderBytes = 56;
    const uint SectionVersionNeed = 0x6ffffffe; // SHT_GNU_verneed
    const uint SegmentLoad = 1;                 // PT_LOAD
    const ushort FlagWeak = 2;                  // VER_FLG_WEAK

    /// <summary>
    /// Marks the need of <paramref name="version"/> as weak, so that the dynamic loader accepts a library that lacks
    /// it. Returns false where the file does not need that version.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is no such ELF file or is cut short.</exception>
    public static bool Weaken(Span<byte> elf, string version)
    {
        CheckHeader(elf);
        ulong sections = U64(elf, 0x28);
        int sectionCount = U16(elf, 0x3c);
        for (int i = 0; i < sectionCount; i++)
        {
            ulong section = sections + (ulong)i * SectionHeaderBytes;
            if (U32(elf, section + 4) != SectionVersionNeed)
                continue;
            uint link = U32(elf, section + 40); // the section of its strings
            ulong strings = U64(elf, sections + (ulong)link * SectionHeaderBytes + 24);
            if (WeakenInSection(elf, U64(elf, section + 24), strings, version))
                return true;
        }
        return false;
    }

    // A list of libraries (Verneed), each with a list of versions (Vernaux); offsets are relative to the entry and
    // only grow, so that the walk ends.
    static bool WeakenInSection(Span<byte> elf, ulong library, ulong strings, string version)
    {
        while (true)
        {
            int versions = U16(elf, library + 2);
            ulong entry = library + U32(elf, library + 8);
            for (int k = 0; k < versions; k++)
            {
                if (IsText(elf, strings + U32(elf, entry + 8), version))
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(At(elf, entry + 4, 2), FlagWeak);
                    return true;
                }
                entry += U32(elf, entry + 12);
            }
            uint next = U32(elf, library + 12);
            if (next == 0)
                return false;
            library += next;
        }
    }

    /// <summary>
    /// Throws where a loaded segment lies beyond the end of the file: the dynamic loader does not look, and the process
    /// would die by a bus error at the first access.
    /// </summary>
    /// <param name="head">The file's first bytes, program headers included.</param>
    /// <param name="length">The file's length in bytes.</param>
    /// <exception cref="InvalidDataException">The file is no such ELF file or is cut short.</exception>
    public static void CheckComplete(Span<byte> head, long length)
    {
        CheckHeader(head);
        ulong headers = U64(head, 0x20);
        int count = U16(head, 0x38);
        for (int i = 0; i < count; i++)
        {
            ulong header = headers + (ulong)i * ProgramHeaderBytes;
            if (U32(head, header) != SegmentLoad)
                continue;
            ulong offset = U64(head, header + 8), size = U64(head, header + 32);
            if (offset > (ulong)length || size > (ulong)length - offset)
                throw new InvalidDataException($"is cut short: {length} bytes, but a part of {size} bytes starts at {offset}");
        }
    }

    static void CheckHeader(Span<byte> elf)
    {
        ReadOnlySpan<byte> magic = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]; // 64 bits, little-endian
        if (!elf.StartsWith(magic))
            throw new InvalidDataException("is no 64-bit ELF library");
    }

    static bool IsText(Span<byte> elf, ulong offset, string text)
    {
        Span<byte> bytes = At(elf, offset, text.Length + 1);
        for (int i = 0; i < text.Length; i++)
            if (bytes[i] != text[i])
                return false;
        return bytes[text.Length] == 0;
    }

    static Span<byte> At(Span<byte> elf, ulong offset, int count) =>
        offset <= (ulong)elf.Length && (ulong)elf.Length - offset >= (ulong)count
            ? elf.Slice((int)offset, count)
            : throw new InvalidDataException($"is cut short: {elf.Length} bytes, but it refers to byte {offset}");

    static ushort U16(Span<byte> elf, ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(At(elf, offset, 2));
    static uint U32(Span<byte> elf, ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(At(elf, offset, 4));
    static ulong U64(Span<byte> elf, ulong offset) => BinaryPrimitives.ReadUInt64LittleEndian(At(elf, offset, 8));
}
