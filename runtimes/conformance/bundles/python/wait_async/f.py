from gate import visit, visit_async


async def f(event):
    try:
        await visit_async(event["gate"], "here")
        return "went on"
    finally:
        visit(event["gate"], "closed")
