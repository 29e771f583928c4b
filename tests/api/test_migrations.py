"""Migrations: up, down, up again, and the same as the tables."""

import asyncio
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from api.db.database import Database
from api.db.migrate import downgrade, upgrade
from api.db.tables import Base

pytestmark = pytest.mark.anyio


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Base.metadata))


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def test_migrations_lead_up_to_the_tables_and_down_to_nothing(database_url: str) -> None:
    database = Database(database_url)
    try:
        for _ in range(2):
            async with database.engine.connect() as connection:
                assert await connection.run_sync(_differences) == []
                assert set(Base.metadata.tables) < await connection.run_sync(_tables)
            await downgrade(database, "base")
            async with database.engine.connect() as connection:
                assert await connection.run_sync(_tables) == {"alembic_version"}
            await upgrade(database)
    finally:
        await database.aclose()


async def test_processes_that_start_together_migrate_once(database_url: str) -> None:
    empty = Database(database_url)
    await downgrade(empty, "base")
    await empty.aclose()
    databases = [Database(database_url) for _ in range(4)]
    try:
        await asyncio.gather(*(upgrade(database) for database in databases))
        async with databases[0].engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
    finally:
        for database in databases:
            await database.aclose()
