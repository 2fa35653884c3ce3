using Xunit;

namespace Gatepost.EndToEnd.Durability;

/// <summary>These tests load the disk; together they would only measure each other.</summary>
[CollectionDefinition("durability")]
public sealed class DurabilityCollection;
