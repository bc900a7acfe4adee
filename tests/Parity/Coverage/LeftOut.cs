namespace GraphGrad.Parity.Coverage;

/// <summary>Functions of libtorch that GraphGrad does not have, and why.</summary>
internal static class LeftOut
{
    public static readonly (string Names, string Why)[] All =
    [
        ("linalg.eig linalg.eigvals", "no complex type, which eigenvalues of matrices that are not symmetric may be"),
        ("lobpcg pca_lowrank svd_lowrank symeig", "SymmetricEigen and SingularValues factor the same matrices"),
        ("complex real imag polar view_as_complex view_as_real conj conj_physical resolve_conj resolve_neg is_neg isreal cdouble cfloat", "no complex type; Fft and its like take and give pairs of numbers, as view_as_real does"),
        ("unique unique_consecutive nonzero nonzero_as_list argwhere masked_select", "the shape of the result depends on data; shapes are known before a run, up to sizes that feeds bind"),
        ("rand randn randint randperm bernoulli multinomial normal binomial poisson rand_like randn_like randint_like rand_out randint_out randperm_out randn_out random_ uniform_ cauchy_ exponential_ geometric_ log_normal_ _sample_dirichlet _standard_gamma get_rng_state", "random numbers are GraphGrad's own (Philox), so they cannot equal libtorch's; RandomUniform, RandomNormal, RandomBits and what Sample draws by them are tested by themselves"),
        ("dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout", "random, too; Dropout and AlphaDropout drop elements, and what is random and keeps whole channels is a product with a Dropout of OnesLike"),
        ("init.orthogonal_ init.sparse_ init.trunc_normal_ init.uniform_ init.glorot_normal_ init.glorot_uniform_ init.kaiming_normal_ init.kaiming_uniform_ init.xavier_normal_ init.xavier_uniform_", "first values are Initializers' (Orthogonal and TruncatedNormal among them), random by Philox; a variable takes any tensor"),
        ("distributions.ExpRelaxedCategorical distributions.LogitRelaxedBernoulli distributions.RelaxedBernoulli distributions.RelaxedOneHotCategorical", "what GumbelSoftmax draws"),
        ("distributions.OneHotCategorical distributions.Independent", "LogDensity.Categorical of ArgMax, and a Sum over the last axes"),
        ("lr_scheduler.LambdaLR lr_scheduler.MultiplicativeLR lr_scheduler.ChainedLR lr_scheduler.SequentialLR", "a rate is a value: any function of the count, Where of two schedules and products of them are rates as they are"),
        ("lr_scheduler.ReduceLROnPlateau", "it looks at losses of earlier runs; the rate it finds can be fed, or kept in a variable"),
        ("Transformer TransformerEncoder TransformerDecoder", "TransformerEncoderLayer and TransformerDecoderLayer one after the other"),
        ("Sequential ModuleDict ModuleList Parameter ParameterDict ParameterList Identity parameters_to_vector", "there are no modules: a function of values is a layer, and a Variable a parameter"),
        ("BatchNorm1d BatchNorm2d BatchNorm3d InstanceNorm1d InstanceNorm2d InstanceNorm3d BCELoss BCEWithLogitsLoss CrossEntropyLoss KLDivLoss MultiheadAttention RNN RNNCell ConstantPad1d ConstantPad2d ConstantPad3d ZeroPad2d Upsample upsample upsample_nearest EmbeddingBag_from_pretrained Embedding_from_pretrained", "modules and second names of batch_norm, instance_norm, binary_cross_entropy, cross_entropy, kl_div, multi_head_attention_forward, rnn_tanh, pad, interpolate, embedding and embedding_bag"),
        ("pad_packed_sequence pack_padded_sequence pack_sequence", "sequences are tensors of one length; PadSequence makes them, Where and a mask keep what lies behind an end out"),
        ("scalar_tensor tensor as_tensor from_array from_file frombuffer load BoolTensor ByteTensor ShortTensor IntTensor LongTensor FloatTensor DoubleTensor", "Graph.Constant, a feed or Session.Write brings numbers in"),
        ("conv1d_padding conv2d_padding conv3d_padding", "conv1d and its like with SpatialPadding"),
        ("adaptive_max_pool3d_with_indices fractional_max_pool2d_with_indices fractional_max_pool3d_with_indices", "what adaptive_max_pool3d and fractional_max_pool2d are compared by"),
        ("adaptive_avg_pool3d_backward avg_pool2d_backward avg_pool3d_backward upsample_nearest1d_backward upsample_nearest2d_backward upsample_nearest3d_backward", "what gradients call"),
        ("native_batch_norm native_layer_norm native_group_norm native_dropout native_norm", "what batch_norm, layer_norm, group_norm, dropout and norm call"),
        ("clone contiguous detach fill_ copy_ resize_ as_strided alias set_ zero_ arange_out", "a value never changes and has no layout, so there is nothing to copy, and nothing to write to"),
        ("empty empty_like empty_strided new_empty new_full new_ones new_zeros", "Zeros, Ones, Full and their like, on a graph instead of beside a tensor"),
        ("cpu cuda mps to to_type type pin_memory", "Cast changes a type; there are no devices"),
        ("grad requires_grad_ with_requires_grad", "derivatives are asked for by naming what to differentiate by"),
        ("align_as align_to rename rename_ refine_names op_MinusMinusGreater", "axes have numbers; of extents, the names are dims"),
        ("DetachFromDisposeScope DetatchFromDisposeScope MoveToOtherDisposeScope MoveToOuterDisposeScope WrappedTensorDisposeScope UnsafeCreateTensor Load", "the garbage collector frees tensors"),
        ("to_sparse sparse_coo_tensor sparse to_dense", "no sparse tensors"),
        ("quantize_per_tensor quantize_per_channel dequantize int_repr q_per_channel_scales q_per_channel_zero_points quantized_batch_norm quantized_max_pool1d quantized_max_pool2d", "no quantized types; FakeQuantize rounds floats as they would"),
        ("half bfloat16 byte char short", "element types are float32, float64, int32, int64 and bool"),
        ("optim.LBFGS", "it evaluates the loss a number of times that depends on data"),
        ("linear_cross_entropy grouped_mm scaled_mm", "Losses.CategoricalCrossEntropyFromLogits of a MatMul; a MatMul for each group; no float types of eight bits"),
        ("AdaptiveLogSoftmaxWithLoss", "how many examples fall into a cluster depends on data; LogSoftmax over all classes gives the same kind of loss"),
        ("distributions.ContinuousBernoulli distributions.GeneralizedPareto distributions.LKJCholesky distributions.LogisticNormal distributions.LowRankMultivariateNormal distributions.MixtureSameFamily distributions.TransformedDistribution distributions.Wishart", "not built; a mixture is a LogSumExp of LogDensity's, a transformed density one less the logarithm of a derivative, and a MultivariateNormal takes any factor"),
        ("distributions.InverseGamma distributions.OneHotCategoricalStraightThrough", "LogDensity.Gamma of 1/x less 2·log x, and Sample.InverseGamma; GumbelSoftmax draws the second"),
        ("optim.Adafactor optim.Muon optim.SparseAdam", "not built; an optimizer is a function of gradients and variables, which a user can write"),
        ("parametrizations.orthogonal parametrizations.spectral_norm parametrizations.weight_norm prune.l1_unstructured vector_to_parameters fuse_conv_bn_eval fuse_linear_bn_eval skip_init unpad_sequence functional_call", "there are no modules: a weight may be any function of variables, as a quotient by SingularValues, a product with a mask or a slice of a vector; batch norm in inference fuses into its neighbours"),
        ("align_tensors as_strided_scatter asarray broadcast_shapes can_cast expand_copy is_complex is_conj is_floating_point is_nonzero is_same_size is_signed narrow_copy slice_copy unfold_copy numel promote_types result_type unravel_index unsafe_chunk unsafe_split vmap compiled_with_cxx11_abi", "questions about types and shapes, which DType and Shape answer while the graph is built, copies, which values need none of, and transformations that have their own names (Vectorize)"),
        ("hsmm hspmm saddmm smm spmm", "no sparse tensors"),
        ("torchvision", "another package, of images and boxes"),
    ];
}
