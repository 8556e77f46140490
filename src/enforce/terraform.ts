import { jsonText } from '../base/clean.ts';
import { remarks } from '../emit/parts/amounts.ts';
import { quotasByServer, sumLines } from './sum.ts';
import type { EnforceTarget } from './target.ts';

/** Variables with their values, and validations that fail a plan. Run with Terraform 1.11. */
export const terraform: EnforceTarget = {
  title: 'Terraform variables, with validations that fail a plan',
  write(input) {
    const servers = quotasByServer(input);
    const quotas = Object.fromEntries(
      servers.map(({ server, quotas: rows }) => [
        server.name,
        Object.fromEntries(
          rows.map(({ service, role, quota, pool, processes, mostInstances, surgeInstances, extras }) => [
            service,
            {
              connections: quota,
              role: role ?? null,
              pool,
              processes,
              most_instances: mostInstances,
              surge_instances: surgeInstances,
              extras,
            },
          ]),
        ),
      ]),
    );
    const lines = servers.flatMap((server, index) => sumLines(server, input.from).slice(index === 0 ? 0 : 1));
    return {
      files: [
        { path: 'poolctl.tf', text: `${remarks('#', lines)}\n\n${variables}` },
        { path: 'poolctl.auto.tfvars.json', text: `${jsonText({ poolctl_quotas: quotas }, 2)}\n` },
      ],
      notes: [],
    };
  },
};

const variables = `# The values are in poolctl.auto.tfvars.json, which Terraform reads by itself.
variable "poolctl_quotas" {
  description = "What each service may take of each server: connections in all, and the instances for which they hold."
  type = map(map(object({
    connections     = number
    role            = optional(string)
    pool            = number
    processes       = number
    most_instances  = number
    surge_instances = number
    extras          = number
  })))

  validation {
    condition = alltrue(flatten([for services in values(var.poolctl_quotas) : [
      for quota in values(services) : quota.connections >= 0 && floor(quota.connections) == quota.connections
    ]]))
    error_message = "Each quota is a whole number of connections, 0 or more. Write the file again with poolctl fleet --enforce terraform."
  }
}

# What this configuration gives to a service, for the validations:
# { api = { max = 20, surge = 5, pools = { orders = 12 } } }.
# Terraform 1.9 and newer: a validation may look at another variable.
variable "poolctl_planned" {
  description = "By service: its most instances, those that a roll-out adds, and its pools in one process by server."
  type = map(object({
    max   = number
    surge = optional(number, 0)
    pools = optional(map(number), {})
  }))
  default = {}

  validation {
    condition = alltrue(flatten([for name, planned in var.poolctl_planned : [
      for services in values(var.poolctl_quotas) :
      planned.max <= services[name].most_instances &&
      planned.max + planned.surge <= services[name].most_instances + services[name].surge_instances
      if contains(keys(services), name)
    ]]))
    error_message = "More instances than the quotas hold for: \${join("; ", flatten([for name, planned in var.poolctl_planned : [
      for server, services in var.poolctl_quotas :
      "\${name} has \${planned.max} + \${planned.surge}, its quota on \${server} is for \${services[name].most_instances} + \${services[name].surge_instances}"
      if contains(keys(services), name) && !(
        planned.max <= try(services[name].most_instances, planned.max) &&
        planned.max + planned.surge <= try(services[name].most_instances + services[name].surge_instances, planned.max + planned.surge)
      )
    ]]))}."
  }

  validation {
    condition = alltrue(flatten([for name, planned in var.poolctl_planned : [
      for server, pool in planned.pools : pool <= try(var.poolctl_quotas[server][name].pool, pool)
    ]]))
    error_message = "A pool is larger than the one that its quota was worked out with."
  }
}

# A role of PostgreSQL takes its limit from the same place, with the provider cyrilgdn/postgresql:
#   connection_limit = var.poolctl_quotas["SERVER"]["SERVICE"].connections
`;
