using Tern.Export.C.Avr;
using Tern.Export.C.Thumb;
using Tern.FixedPoint;

namespace Tern.Export.C.Costs;

/// <summary>Chooses the products that straight-line code does, weights as immediates: faster than loops, for some ten times the flash.</summary>
static class StraightLine
{
    /// <summary>Straight-line code without a budget, on Cortex-M0+.</summary>
    const int Otherwise = 16384;

    /// <summary>The products of a model whose own choice is still open.</summary>
    public static IReadOnlyCollection<ProductOperation> Choose(CModel model)
    {
        ProductOperation[] able = [.. model.Products.Where(product => Fits(model, product))];
        if (able.Length == 0) return [];
        if (model.Options.FlashBytes is not { } budget) return model.Options.Target == CTarget.CortexM0Plus && able.Sum(ThumbProducts.Bytes) <= Otherwise ? able : [];
        // those first that save the most cycles a byte
        CCost loops = Cost(model, []);
        (ProductOperation Product, double Gain)[] gains = [.. able.Select(product => (product, Gain(loops, Cost(model, [product])))).Where(product => product.Item2 > 0).OrderByDescending(product => product.Item2)];
        ProductOperation[] all = [.. gains.Select(product => product.Product)];
        if (all.Length == 0 || Cost(model, all).FlashBytes <= budget) return all;
        List<ProductOperation> chosen = [];
        foreach (ProductOperation product in all)
            if (Cost(model, [.. chosen, product]).FlashBytes <= budget) chosen.Add(product);
        return chosen;
    }

    static bool Fits(CModel model, ProductOperation product) => model.IsAvr ? AvrKernel.Does(product) && !AvrEnding.IsWide(product) : model.IsThumb && ThumbProducts.Fits(product);

    /// <summary>Cycles that straight-line code saves a byte that it takes more.</summary>
    static double Gain(CCost loops, CCost straight) => (double)(loops.Cycles - straight.Cycles) / Math.Max(1, straight.FlashBytes - loops.FlashBytes);

    static CCost Cost(CModel model, IReadOnlyCollection<ProductOperation> straight) => CostModel.Of(new(model.Network, model.Options, straight));
}
