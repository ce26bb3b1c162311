using Tern.Training.Data;

namespace Tern.Training.Tests.Data.Series;

public sealed class IdxImagesTests : IDisposable
{
    // two images of 2 x 3
    static readonly byte[] Pixels = [0, 51, 102, 153, 204, 255, 255, 0, 0, 0, 0, 51];

    readonly SeriesFolder folder = new();

    public void Dispose() => folder.Dispose();

    string WritePair(byte[]? images = null, byte[]? labels = null)
    {
        folder.Write("train-labels-idx1-ubyte", labels ?? SeriesFolder.Idx([2], [7, 0]));
        return folder.Write("train-images-idx3-ubyte", images ?? SeriesFolder.Idx([2, 2, 3], Pixels));
    }

    [Fact]
    public void ReadsRowsOrBlocks()
    {
        string path = WritePair();
        SeriesExample[] rows = SeriesFolder.Read(path);
        Assert.Equal(["7", "0"], rows.Select(e => e.Label));
        Assert.Equal((3, 2), (rows[0].Channels, rows[0].Steps));
        Assert.Equal([0, 0.2f, 0.4f, 0.6f, 0.8f, 1], rows[0].Values);
        Assert.Equal([0, 0.2f, 0.4f], SeriesFolder.Read(path, new() { MaxLength = 1 })[0].Values);

        SeriesExample block = SeriesFolder.Read(path, new() { Series = new() { Scan = ImageScan.Blocks, Block = 4 } })[0];
        Assert.Equal((4, 2), (block.Channels, block.Steps));
        Assert.Equal([0, 0.2f, 0.4f, 0.6f, 0.8f, 1, 0, 0], block.Values);
    }

    [Fact]
    public void PermutesThePixelsOfAllImagesAlike()
    {
        byte[] numbers = [.. Enumerable.Range(0, 200).Select(i => (byte)(i % 100))];
        WritePair(SeriesFolder.Idx([2, 10, 10], numbers));
        DataConfig config = new() { Series = new() { Scan = ImageScan.Blocks, Permutation = 3 } };
        SeriesExample[] permuted = SeriesFolder.Read(folder.Path, config);
        Assert.Equal(permuted[0].Values, permuted[1].Values);
        Assert.NotEqual(permuted[0].Values.Order(), permuted[0].Values);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => i / 255f), permuted[0].Values.Order());
        Assert.Equal(permuted[0].Values, SeriesFolder.Read(folder.Path, config)[0].Values);
        Assert.NotEqual(permuted[0].Values, SeriesFolder.Read(folder.Path, config with { Series = config.Series with { Permutation = 4 } })[0].Values);
        // pinned: models that were trained on a permutation are tested on the same
        Assert.Equal("29 51 10 19 16", string.Join(' ', permuted[0].Values.Take(5).Select(v => Math.Round(v * 255))));
    }

    [Fact]
    public void ReadsTrainAndTestOfAFolder()
    {
        WritePair();
        folder.Write("t10k-images.idx3-ubyte.gz", SeriesFolder.Gzip(SeriesFolder.Idx([1, 2, 3], Pixels[..6])));
        folder.Write("t10k-labels.idx1-ubyte", SeriesFolder.Idx([1], [9]));
        DataParts parts = DataReader.Read(folder.Path, new());
        Assert.Equal((2, 1), (parts.Train.Count, parts.Test!.Count));
        Assert.Equal("9", parts.Test[0].Label);
        folder.Write("t10k-images.idx3-ubyte.gz", SeriesFolder.Gzip(SeriesFolder.Idx([1, 3, 2], Pixels[..6])));
        SeriesFolder.Refuses(folder.Path, "of 3 x 2 pixels, but");
        folder.Write("train-images-small-idx3-ubyte", SeriesFolder.Idx([2, 2, 3], Pixels));
        SeriesFolder.Refuses(folder.Path, "holds several files train-images*");
    }

    [Fact]
    public void DetectsImagesByTheirFirstBytes()
    {
        folder.Write("my-labels", SeriesFolder.Idx([2], [7, 0]));
        Assert.Equal(2, SeriesFolder.Read(folder.Write("my-images", SeriesFolder.Idx([2, 2, 3], Pixels))).Length);
    }

    [Fact]
    public void RefusesWrongHeaders()
    {
        SeriesFolder.Refuses(WritePair("IMAG"u8.ToArray()), "starts with 0x494D4147; expected the magic number 0x00000803 of IDX");
        SeriesFolder.Refuses(WritePair([]), "is 0 bytes long; expected the magic number");
        SeriesFolder.Refuses(WritePair(SeriesFolder.Idx([2, 2, 3], Pixels, type: 0x0D)), "holds values of type 0x0D; expected type 0x08");
        SeriesFolder.Refuses(WritePair(SeriesFolder.Idx([12], Pixels)), "has 1 dimension(s); expected 3");
        SeriesFolder.Refuses(WritePair(labels: SeriesFolder.Idx([2, 1, 1], [7, 0])), "has 3 dimension(s); expected 1");
        SeriesFolder.Refuses(WritePair(SeriesFolder.Idx([2, 2, 3], Pixels)[..10]), "ends in its header, after 10 bytes");
        SeriesFolder.Refuses(WritePair(SeriesFolder.Idx([2, 0, 3], [])), "has images with a side of 0 pixels");
        SeriesFolder.Refuses(WritePair(SeriesFolder.Idx([0, 2, 3], []), SeriesFolder.Idx([0], [])), "holds 0 items");
        SeriesFolder.Refuses(WritePair(SeriesFolder.Idx([1_000_000, 1_000_000, 1_000_000], Pixels)), "has images of 1000000 x 1000000 pixels");
        SeriesFolder.Refuses(WritePair(SeriesFolder.Idx([uint.MaxValue, uint.MaxValue, 3], Pixels)), "has images with a side of 4294967295 pixels");
    }

    [Fact]
    public void RefusesCountsThatDisagreeWithTheFileOrTheLabels()
    {
        SeriesFolder.Refuses(WritePair(labels: SeriesFolder.Idx([3], [7, 0, 1])), "holds 2 images, but");
        SeriesFolder.Refuses(WritePair(SeriesFolder.Idx([2, 2, 3], Pixels[..11])), "is 27 bytes long; expected 28");
        SeriesFolder.Refuses(WritePair(SeriesFolder.Idx([uint.MaxValue, 2, 3], Pixels)), "is 28 bytes long; expected 25769803786");
        SeriesFolder.Refuses(WritePair(SeriesFolder.Idx([2, 2, 3], [.. Pixels, 0])), "is 29 bytes long; expected 28");
        SeriesFolder.Refuses(WritePair(labels: SeriesFolder.Idx([2], [7])), "train-labels-idx1-ubyte is 9 bytes long; expected 10");
    }

    [Fact]
    public void RefusesPackedFilesThatEndEarlyOrLate()
    {
        folder.Write("train-labels-idx1-ubyte", SeriesFolder.Idx([2], [7, 0]));
        string path = folder.Write("train-images-idx3-ubyte.gz", SeriesFolder.Gzip(SeriesFolder.Idx([2, 2, 3], Pixels[..11])));
        SeriesFolder.Refuses(path, "ends in item 2 of 2");
        folder.Write("train-images-idx3-ubyte.gz", SeriesFolder.Gzip(SeriesFolder.Idx([2, 2, 3], [.. Pixels, 0])));
        SeriesFolder.Refuses(path, "goes on after its 2 items");
    }

    [Fact]
    public void SaysThatLabelsAreMissing()
    {
        SeriesFolder.Refuses(folder.Write("x-images-idx3-ubyte", SeriesFolder.Idx([2, 2, 3], Pixels)), "has no file of labels beside it");
        SeriesFolder.Refuses(folder.Write("pictures", SeriesFolder.Idx([2, 2, 3], Pixels)), "is not named as images in IDX");
        SeriesFolder.Refuses(folder.Path, "has no file train-images*", new() { Format = DataFormat.Idx });
    }
}
