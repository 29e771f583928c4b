"""Subsets of benchmark items, and the computations of human weights for them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "subsets",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", _TIME, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("n_items", sa.Integer(), nullable=False),
        sa.Column("n_models", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subsets"),
        sa.UniqueConstraint("sha256", name="uq_subsets_sha256"),
    )
    op.create_table(
        "human_subset_fits",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("subset_id", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("by_itself", sa.Boolean(), nullable=False),
        sa.Column("dimension", sa.String(length=40), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", _TIME, nullable=False),
        sa.Column("started_at", _TIME, nullable=True),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.Column("ratings_sha256", sa.String(length=64), nullable=True),
        sa.Column("n_ratings", sa.Integer(), nullable=True),
        sa.Column("n_ratings_before_subset", sa.Integer(), nullable=True),
        sa.Column("n_rated_models", sa.Integer(), nullable=True),
        sa.Column("n_matched_models", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("human_subset", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["subset_id"], ["subsets.id"], name="fk_human_subset_fits_subset_id_subsets"),
        sa.PrimaryKeyConstraint("id", name="pk_human_subset_fits"),
    )
    op.create_index("ix_human_subset_fits_state", "human_subset_fits", ["state"], unique=False)
    op.create_index("ix_human_subset_fits_listing", "human_subset_fits", ["subset_id", "requested_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_human_subset_fits_listing", table_name="human_subset_fits")
    op.drop_index("ix_human_subset_fits_state", table_name="human_subset_fits")
    op.drop_table("human_subset_fits")
    op.drop_table("subsets")
