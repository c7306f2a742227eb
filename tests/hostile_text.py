"""Texts that run something wherever they are not taken as text; they set `window.bad`."""

HOSTILE = [
    "</script><script>window.bad=1</script>",
    "\"><img src=x onerror='window.bad=1'>",
    "javascript:window.bad=1",
    "${window.bad=1}{{window.bad=1}}",
]
IMAGE = HOSTILE[1]  # the one that also shows where a page takes it for HTML: as an element `img`
