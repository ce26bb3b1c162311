using System.Buffers.Binary;
using System.Text;
using Tern.Training.Native;

namespace Tern.Training.Tests.Native;

public sealed class ElfVersionNeedTests
{
    // A file with two sections: the needs (two libraries, the second with two versions), and their strings.
    static byte[] Image()
    {
        byte[] strings = Encoding.ASCII.GetBytes("\0V_1\0V_2\0V_3\0");
        byte[] elf = new byte[512];
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1 }.CopyTo(elf, 0);
        Put(0x28, 64);                      // section headers
        Put16(0x3c, 2);
        Put32(64 + 4, 0x6ffffffe);
        Put(64 + 24, 256);
        Put32(64 + 40, 1);
        Put(128 + 24, 400);
        Library(256, versions: 1, first: 16, next: 32);
        Version(272, name: 1, next: 0);
        Library(288, versions: 2, first: 16, next: 0);
        Version(304, name: 5, next: 16);
        Version(320, name: 9, next: 0);
        strings.CopyTo(elf, 400);
        return elf;

        void Put(int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(elf.AsSpan(at), value);
        void Put32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(at), value);
        void Put16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(at), value);
        void Library(int at, ushort versions, uint first, uint next) { Put16(at + 2, versions); Put32(at + 8, first); Put32(at + 12, next); }
        void Version(int at, uint name, uint next) { Put32(at + 8, name); Put32(at + 12, next); }
    }

    [Fact]
    public void MarksTheOneVersionAndNothingElse()
    {
        byte[] before = Image(), after = Image();
        Assert.True(ElfVersionNeed.Weaken(after, "V_3"));
        int[] changed = [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i])];
        Assert.Equal([320 + 4], changed);
        Assert.Equal(2, after[324]);
    }

    [Fact]
    public void LeavesAFileWithoutThatNeedAlone()
    {
        byte[] elf = Image();
        Assert.False(ElfVersionNeed.Weaken(elf, "V_4"));
        Assert.Equal(Image(), elf);
    }

    [Fact]
    public void RefusesAFileCutAnywhere()
    {
        byte[] whole = Image();
        for (int length = 0; length < 413; length++) // the strings end at 413
            Assert.Throws<InvalidDataException>(() => ElfVersionNeed.Weaken(whole.AsSpan(0, length).ToArray(), "V_3"));
    }

    [Fact]
    public void EveryWrongByteEndsInAnAnswerOrAnError()
    {
        for (int at = 0; at < 413; at++)
        {
            byte[] elf = Image();
            elf[at] = 0xff;
            try
            {
                ElfVersionNeed.Weaken(elf, "V_3");
            }
            catch (InvalidDataException)
            {
                continue; // the one allowed error
            }
        }
    }
}
