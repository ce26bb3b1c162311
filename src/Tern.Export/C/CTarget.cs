namespace Tern.Export.C;

/// <summary>What C code is made for.</summary>
public enum CTarget
{
    /// <summary>Any C99 compiler.</summary>
    Portable,

    /// <summary>The processor of an Arduino Uno: 8 bits, 32 KB flash, 2 KB RAM.</summary>
    Atmega328p,

    /// <summary>Arm's smallest core, for example in an RP2040.</summary>
    CortexM0Plus,

    /// <summary>Arm's core with 16-bit multiply-accumulate in pairs.</summary>
    CortexM4,

    /// <summary>An Arm Linux with NEON.</summary>
    RaspberryPi,
}

/// <summary>Targets by name.</summary>
public static class CTargets
{
    /// <summary>Names in commands, in the order of <see cref="CTarget"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["portable", "atmega328p", "cortex-m0plus", "cortex-m4", "raspberry-pi"];

    /// <summary>A target by its name.</summary>
    /// <exception cref="TernException">There is none of that name; the message offers the nearest.</exception>
    public static CTarget Parse(string name)
    {
        for (int i = 0; i < Names.Count; i++)
            if (Names[i] == name) return (CTarget)i;
        throw new TernException(Nearest.Message("--target does not know", name, Names));
    }

    /// <summary>The command that compiles an export for its target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="name">Prefix of the files.</param>
    /// <param name="sound">Whether the export makes frames of sound too.</param>
    public static string Build(CTarget target, string name, bool sound)
    {
        string sources = $"-Wall -Wextra -Werror -pedantic {name}.c {name}_selftest.c{(sound ? $" {name}_mel.c {name}_mel_selftest.c" : "")} main.c";
        return target switch
        {
            CTarget.Atmega328p => $"avr-gcc -mmcu=atmega328p -std=c99 -O2 {sources} {name}_avr.S -o test.elf",
            CTarget.CortexM0Plus => $"arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb --specs=rdimon.specs -std=c99 -O2 {sources} {name}_thumb.S -o test.elf",
            CTarget.CortexM4 => $"arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb --specs=rdimon.specs -std=c99 -O2 {sources} {name}_thumb.S -o test.elf",
            CTarget.RaspberryPi => $"arm-linux-gnueabihf-gcc -static -mfpu=neon -std=c99 -O3 {sources} -o test",
            _ => $"cc -std=c99 -O2 {sources} -o test && ./test",
        };
    }

    /// <summary>The command that compiles an export in floats for its target: the same C for all.</summary>
    public static string BuildFloats(CTarget target, string name)
    {
        string sources = $"-Wall -Wextra -Werror -pedantic {name}.c {name}_selftest.c main.c";
        return target switch
        {
            CTarget.Atmega328p => $"avr-gcc -mmcu=atmega328p -std=c99 -O2 {sources} -lm -o test.elf",
            CTarget.CortexM0Plus => $"arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb --specs=rdimon.specs -std=c99 -O2 {sources} -lm -o test.elf",
            CTarget.CortexM4 => $"arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard --specs=rdimon.specs -std=c99 -O2 {sources} -lm -o test.elf",
            CTarget.RaspberryPi => $"arm-linux-gnueabihf-gcc -static -mfpu=neon -std=c99 -O3 {sources} -lm -o test",
            _ => $"cc -std=c99 -O2 {sources} -lm -o test && ./test",
        };
    }

    /// <summary>The name of a target.</summary>
    public static string Name(this CTarget target) => Names[(int)target];
}
