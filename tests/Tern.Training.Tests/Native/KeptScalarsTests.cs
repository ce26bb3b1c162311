using System.Reflection;
using Tern.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Tern.Training.Tests.Native;

public class KeptScalarsTests
{
    const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    static KeptScalarsTests() => TorchRuntime.Load();

    [Fact]
    public void A_number_is_one_object_for_ever()
    {
        Assert.Same(KeptScalars.Of(0.25), KeptScalars.Of(0.25));
        using Tensor half = ones(3).mul(KeptScalars.Of(0.5)), sum = half.add(half, KeptScalars.One);
        Assert.Equal([1f, 1f, 1f], sum.data<float>().ToArray());
    }

    /// <summary>With TorchSharp's own numbers this fails after some ten thousand calls.</summary>
    [Fact]
    public void Holds_while_another_thread_collects()
    {
        using Tensor weight = rand(24, 24);
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() => { while (!stop.IsCancellationRequested) GC.Collect(0); });
        collector.Start();
        for (int i = 0; i < 20_000; i++)
            using (weight.div(KeptScalars.Of(127)))
            {
            }
        stop.Cancel();
        collector.Join();
    }

    /// <summary>No method of training, reference cases aside, calls one of TorchSharp's that makes a number of its own, or makes one.</summary>
    [Fact]
    public void Training_uses_no_other_numbers()
    {
        var calls = Methods(typeof(torch).Assembly).ToDictionary(method => method, method => Called(method).ToArray());
        HashSet<MethodBase> making = [.. calls.Where(pair => pair.Value.Any(Makes)).Select(pair => pair.Key)];
        while (calls.Where(pair => !making.Contains(pair.Key) && pair.Value.Any(making.Contains)).Select(pair => pair.Key).ToArray() is { Length: > 0 } more)
            making.UnionWith(more);
        Assert.True(making.Count > 100, $"{making.Count} methods of TorchSharp make numbers");

        string[] left =
        [
            .. from method in Methods(typeof(Trainer).Assembly)
               where method.DeclaringType != typeof(KeptScalars) && method.DeclaringType?.DeclaringType != typeof(KeptScalars) && method.DeclaringType?.FullName?.Contains(".Verification.", StringComparison.Ordinal) == false
               from called in Called(method)
               where (Makes(called) || making.Contains(called)) && called.Name is not "ToDouble" && method.Name is not "PoolTensors"     // outside the loop; the reference on other devices
               select $"{method.DeclaringType}.{method.Name} calls {called.DeclaringType?.Name}.{called.Name}",
        ];
        Assert.Empty(left);
    }

    static bool Makes(MethodBase called) => (called.DeclaringType == typeof(Scalar) && called.Name == "op_Implicit") || called.DeclaringType?.Name == "ScalarExtensionMethods";

    static IEnumerable<MethodBase> Methods(Assembly assembly) => assembly.GetTypes().SelectMany(type => type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All)));

    /// <summary>What the body of a method calls: every call, callvirt or newobj whose operand is a method.</summary>
    static IEnumerable<MethodBase> Called(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int i = 0; i + 4 < code.Length; i++)
            if (code[i] is 0x28 or 0x6f or 0x73 && Resolve(method, BitConverter.ToInt32(code, i + 1)) is { } called)
                yield return called;
    }

    static MethodBase? Resolve(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(token, method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null, method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (Exception e) when (e is ArgumentException or BadImageFormatException)
        {
            return null;      // the byte was no call
        }
    }
}
