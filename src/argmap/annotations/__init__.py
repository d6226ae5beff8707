"""The annotation format: gold labels of articles read, checked and written without loss."""

from argmap.annotations.article import AnnotatedArticle, Link, Problem
from argmap.annotations.check import check_file
from argmap.annotations.store import annotation_files, dump_article, read_article, read_articles, write_article

__all__ = [
    "AnnotatedArticle",
    "Link",
    "Problem",
    "annotation_files",
    "check_file",
    "dump_article",
    "read_article",
    "read_articles",
    "write_article",
]
