namespace Tern.Model;

/// <summary>A window over the steps; its state is the rows of the steps before, the latest first.</summary>
sealed unsafe class WindowModule(WindowSpec spec) : RuntimeModule
{
    public override int Width => spec.Input * spec.Steps;
    public override int StateBlocks => 1;
    public override int StateWidth => spec.Input * (spec.Steps - 1);

    public override void Run(in ModuleArgs args)
    {
        for (int row = 0; row < args.Time * args.Batch; row++)
        {
            var y = new Span<float>(args.Y + (long)row * Width, Width);
            if (!args.IsActive(row))
            {
                y.Clear();
                continue;
            }
            var before = new Span<float>(args.State + (long)(row % args.Batch) * StateWidth, StateWidth);
            new ReadOnlySpan<float>(args.X + (long)row * spec.Input, spec.Input).CopyTo(y);
            before.CopyTo(y[spec.Input..]);
            y[..StateWidth].CopyTo(before);
        }
    }
}
