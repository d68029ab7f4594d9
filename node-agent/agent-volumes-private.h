/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent-volumes.h"

/* Of a cluster. @port: (nullable) */
typedef struct
{
  char *name, *port;
} AgentVolumesHost;
