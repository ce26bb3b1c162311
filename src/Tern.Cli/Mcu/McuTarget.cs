using Tern.Export.C;

namespace Tern.Cli.Mcu;

/// <summary>How an export is built and run for a target.</summary>
/// <param name="Target">The target.</param>
/// <param name="Prefix">Of the tools: PREFIXgcc, PREFIXsize, PREFIXnm.</param>
/// <param name="Flags">Of the compiler, for the model itself.</param>
/// <param name="Megahertz">The clock that milliseconds are for; 0 where cycles are not known.</param>
/// <param name="Cycles">What the cycles are.</param>
/// <param name="Machine">Of qemu-system-arm; empty for others.</param>
sealed record McuTarget(CTarget Target, string Prefix, string[] Flags, double Megahertz, string Cycles, string Machine)
{
    public static IReadOnlyList<McuTarget> All { get; } =
    [
        new(CTarget.Portable, "", ["-O2"], 0, "none", ""),
        new(CTarget.Atmega328p, "avr-", ["-mmcu=atmega328p", "-O2"], 16, "exact", ""),
        new(CTarget.CortexM0Plus, "arm-none-eabi-", ["-mcpu=cortex-m0plus", "-mthumb", "-O2"], 48, "modelled", "microbit"),
        new(CTarget.CortexM4, "arm-none-eabi-", ["-mcpu=cortex-m4", "-mthumb", "-O2"], 64, "modelled", "mps2-an386"),
        new(CTarget.RaspberryPi, "arm-linux-gnueabihf-", ["-mfpu=neon", "-O3"], 0, "none", ""),
    ];

    public static McuTarget Of(CTarget target) => All[(int)target];

    /// <summary>Milliseconds of a number of cycles; 0 where cycles are not known.</summary>
    public double Milliseconds(long cycles) => Megahertz > 0 ? cycles / Megahertz / 1000 : 0;

    /// <summary>Programs that are needed.</summary>
    public IEnumerable<string> Tools =>
    [
        Prefix + "gcc", Prefix + "size",
        .. Target switch
        {
            CTarget.Atmega328p => (string[])["gcc"],
            CTarget.CortexM0Plus or CTarget.CortexM4 => ["qemu-system-arm", "gcc", Prefix + "nm"],
            CTarget.RaspberryPi => ["qemu-arm"],
            _ => [],
        },
    ];

    /// <summary>The first tool that lacks; null where all are there.</summary>
    public string? Missing() => Tools.FirstOrDefault(tool => !Exists(tool)) ?? (Target == CTarget.Atmega328p && !File.Exists("/usr/include/simavr/sim_avr.h") ? "libsimavr-dev" : null);

    static bool Exists(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
