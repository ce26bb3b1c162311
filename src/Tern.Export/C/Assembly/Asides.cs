namespace Tern.Export.C.Assembly;

/// <summary>
/// Code that a loop runs rarely: behind the loop or before it where a branch reaches it there, so that the way past it is a
/// branch that is not taken, a cycle shorter; else in its place.
/// </summary>
/// <param name="prefix">Of labels.</param>
/// <param name="reach">Bytes that a branch reaches.</param>
/// <param name="jump">The instruction that goes on anywhere.</param>
sealed class Asides(string prefix, int reach, string jump)
{
    enum Place { After, Before, Within }

    readonly List<Place> places = [];
    readonly List<(string Label, string Body)> bodies = [];
    readonly List<(int Branch, int Body)> positions = [];       // bytes from the start of the text
    readonly Dictionary<int, int> printed = [];       // bytes at those before the loop
    int labels, next;

    /// <summary>Numbers of those before the loop, as the attempt before left them.</summary>
    public IReadOnlyList<int> Before { get; private set; } = [];

    /// <summary>A label that no other place has; the same at each attempt.</summary>
    public string Label() => $"{prefix}{++labels}";

    /// <summary>Prints until all branches reach; false where an attempt fails.</summary>
    public bool Settle(Func<bool> attempt)
    {
        places.Clear();
        bodies.Clear();
        while (true)
        {
            (labels, next) = (0, 0);
            Before = [.. Enumerable.Range(0, places.Count).Where(n => places[n] == Place.Before)];
            if (!attempt()) return false;
            bool moved = false;
            for (int n = 0; n < places.Count; n++)
                if (places[n] != Place.Within && Math.Abs(positions[n].Body - positions[n].Branch) > reach)
                {
                    places[n]++;
                    moved = true;
                }
            if (!moved) return true;
        }
    }

    /// <summary>Runs a body where a flag says so, and goes on at a label.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="branch">The branch that is taken then.</param>
    /// <param name="otherwise">The opposite branch.</param>
    /// <param name="body">What runs.</param>
    /// <param name="back">Where it goes on.</param>
    /// <param name="often">Whether it counts as if it always ran: gates saturate, and the slowest step is what counts.</param>
    public void Rarely(AssemblyText text, string branch, string otherwise, string body, string back, bool often = false)
    {
        int n = next++;
        body = string.Join(';', $"{body};{jump} {back}".Split(';').Select(instruction => instruction.EndsWith(':') ? instruction : (often ? "" : "?") + instruction.TrimStart()));
        string label = $"{prefix}a{n}";
        if (n == places.Count)
        {
            places.Add(Place.After);
            bodies.Add(default);
            positions.Add(default);
        }
        bodies[n] = (label, body);
        positions[n] = (text.Bytes, places[n] == Place.Before ? printed[n] : text.Bytes);
        if (places[n] == Place.Within) text.Code($"+{otherwise} {label}; {body}; {label}:");
        else text.Code($"{branch} {label}");
    }

    /// <summary>Those before the loop.</summary>
    public void PrintBefore(AssemblyText text)
    {
        foreach (int n in Before)
        {
            printed[n] = text.Bytes;
            text.Code($"{bodies[n].Label}:; {bodies[n].Body}");
        }
    }

    /// <summary>Those behind the loop.</summary>
    public void PrintAfter(AssemblyText text)
    {
        for (int n = 0; n < next; n++)
            if (places[n] == Place.After)
            {
                positions[n] = (positions[n].Branch, text.Bytes);
                text.Code($"{bodies[n].Label}:; {bodies[n].Body}");
            }
    }
}
