// SPDX-License-Identifier: GPL-3.0-or-later
// The engine behind the door of core/describe/engine.h: runs and generations on the engine thread, looks, plans and
// run folders on the reader thread, so that a plan never waits for a run and never disturbs what it measures.
//
// A run's files are hashed on the reader thread first; a request that did not begin yet can be cancelled meanwhile.
// Every request gets one last answer, unless the service is destroyed before.
#pragma once

#include "core/describe/engine.h"

// Any thread. Never throws: what fails at the start is sent as RequestFailed without an id.
extern "C" kelter::EngineService* kelter_start_engine(const kelter::EngineListener& listener);
