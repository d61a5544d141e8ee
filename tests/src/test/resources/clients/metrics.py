"""metrics.py ADDRESS: reads /metrics with the parser of Prometheus' own client; prints what is counted of `counted`."""

import sys
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

with urllib.request.urlopen(sys.argv[1] + "/metrics") as answer:
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8", answer.headers
    text = answer.read().decode()
families = {family.name: family for family in text_string_to_metric_families(text)}
assert all(family.documentation and family.type != "unknown" for family in families.values()), families
for name in ("faas_invoke_duration_seconds", "faas_init_duration_seconds"):
    assert families[name].type == "histogram", families[name]
assert families["process_resident_memory_bytes"].samples[0].value > 1e6
assert {sample.labels["state"] for sample in families["faas_instances"].samples} == {"running", "idle", "frozen"}


def value(name, suffix="_total"):
    return int(sum(
        sample.value
        for sample in families[name].samples
        if sample.labels.get("function") == "counted" and sample.name == name + suffix
    ))


print(
    f"{value('faas_invocations')} calls, {value('faas_errors')} errors, {value('faas_timeouts')} timeouts,",
    f"{value('faas_coldstarts')} cold, {value('faas_invoke_duration_seconds', '_count')} timed",
)
