"""Domains as the eight BFCL classes: faithful mode, recorded seeds, configurations of the public entries."""

import copy
from random import Random
from typing import Any

from contracts.base import JsonObject
from contracts.scenario import ToolMode
from tools_sim.domain import Domain
from tools_sim.domains.table import DOMAINS, RECORDED_CLASSES


def open_recorded(name: str, config: JsonObject, *, long_context: bool = False) -> Domain[Any]:
    """A fresh instance of the domain that behaves like the BFCL class ``name``, on its own copy of ``config``."""
    domain = DOMAINS[RECORDED_CLASSES[name]]
    config = copy.deepcopy(config or {})
    seed = config.get("random_seed", domain.recorded_seed)
    state = domain.load(config, long_context=long_context, ragged=True)
    return domain(state, mode=ToolMode.FAITHFUL, rng=Random(seed if isinstance(seed, int) else domain.recorded_seed))
