"""A pre-trained encoder of a few kilobytes, with the files of a real one; its weights are random, by seed."""

from pathlib import Path


def write_tiny_encoder(folder: Path, texts: list[str]) -> Path:
    """A BERT of one layer with a word-piece vocabulary learnt from `texts`."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(0)
    learner = BertWordPieceTokenizer()
    learner.train_from_iterator(texts, vocab_size=400, show_progress=False)
    tokenizer = BertTokenizerFast(tokenizer_object=learner._tokenizer)
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=512,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
    return folder
