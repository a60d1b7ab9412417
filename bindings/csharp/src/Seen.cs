using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Chexiao.Tests")]
